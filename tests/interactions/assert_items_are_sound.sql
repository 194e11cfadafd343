{{ also_bought.broken_claims('items') }}
