{{ also_bought.broken_claims('ranked_item_lists') }}
