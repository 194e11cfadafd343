{{ also_bought.broken_claims('latest_evaluation') }}
