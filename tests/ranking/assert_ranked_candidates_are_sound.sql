{{ also_bought.broken_claims('ranked_candidates') }}
