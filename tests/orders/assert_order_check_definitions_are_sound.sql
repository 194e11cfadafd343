{{ also_bought.broken_claims('order_check_definitions') }}
