{{ also_bought.broken_claims('user_metrics') }}
