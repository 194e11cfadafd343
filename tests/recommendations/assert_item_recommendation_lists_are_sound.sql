{{ also_bought.broken_claims('item_recommendation_lists') }}
