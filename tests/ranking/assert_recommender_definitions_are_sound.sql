{{ also_bought.broken_claims('recommender_definitions') }}
