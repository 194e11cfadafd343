{{ also_bought.broken_claims('blend_trials') }}
