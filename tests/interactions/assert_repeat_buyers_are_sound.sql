{{ also_bought.broken_claims('repeat_buyers') }}
