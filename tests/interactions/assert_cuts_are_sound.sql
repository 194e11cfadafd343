{{ also_bought.broken_claims('cuts') }}
