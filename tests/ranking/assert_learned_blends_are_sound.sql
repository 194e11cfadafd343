{{ also_bought.broken_claims('learned_blends') }}
