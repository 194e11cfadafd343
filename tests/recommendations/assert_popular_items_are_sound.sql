{{ also_bought.broken_claims('popular_items') }}
