{{ also_bought.broken_claims('shown_items') }}
