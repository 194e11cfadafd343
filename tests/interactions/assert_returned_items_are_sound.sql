{{ also_bought.broken_claims('returned_items') }}
