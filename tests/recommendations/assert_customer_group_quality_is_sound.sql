{{ also_bought.broken_claims('customer_group_quality') }}
