{{ also_bought.broken_claims('scaled_candidates') }}
