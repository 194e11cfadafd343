{{ also_bought.broken_claims('chosen_blends') }}
