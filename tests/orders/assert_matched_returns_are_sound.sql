{{ also_bought.broken_claims('matched_returns') }}
