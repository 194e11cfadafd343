{{ also_bought.broken_claims('received_order_lines') }}
