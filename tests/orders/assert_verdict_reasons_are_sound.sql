{{ also_bought.broken_claims('verdict_reasons') }}
