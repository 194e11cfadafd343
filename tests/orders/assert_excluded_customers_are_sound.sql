{{ also_bought.broken_claims('excluded_customers') }}
