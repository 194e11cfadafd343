{{ also_bought.broken_claims('eligible_items') }}
