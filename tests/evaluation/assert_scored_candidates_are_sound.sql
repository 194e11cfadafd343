{{ also_bought.broken_claims('scored_candidates') }}
