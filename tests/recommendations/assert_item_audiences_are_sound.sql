{{ also_bought.broken_claims('item_audiences') }}
