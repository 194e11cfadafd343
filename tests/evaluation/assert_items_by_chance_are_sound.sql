{{ also_bought.broken_claims('items_by_chance') }}
