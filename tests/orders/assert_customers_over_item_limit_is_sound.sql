{{ also_bought.broken_claims('customers_over_item_limit') }}
