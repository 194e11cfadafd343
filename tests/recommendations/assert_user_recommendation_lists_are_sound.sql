{{ also_bought.broken_claims('user_recommendation_lists') }}
