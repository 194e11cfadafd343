{{ also_bought.broken_claims('users') }}
