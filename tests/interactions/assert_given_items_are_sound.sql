{{ also_bought.broken_claims('given_items') }}
