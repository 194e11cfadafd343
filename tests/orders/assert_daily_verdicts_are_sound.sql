{{ also_bought.broken_claims('daily_verdicts') }}
