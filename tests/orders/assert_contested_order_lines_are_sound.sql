{{ also_bought.broken_claims('contested_order_lines') }}
