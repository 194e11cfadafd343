{{ also_bought.broken_claims('metric_definitions') }}
