{{ also_bought.broken_claims('order_audit') }}
