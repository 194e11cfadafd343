{{ also_bought.broken_claims('recommender_comparisons') }}
