{{ also_bought.broken_claims('stale_items') }}
