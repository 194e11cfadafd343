{{ also_bought.broken_claims('candidates') }}
