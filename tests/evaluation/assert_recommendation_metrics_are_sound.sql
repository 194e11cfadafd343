{{ also_bought.broken_claims('recommendation_metrics') }}
