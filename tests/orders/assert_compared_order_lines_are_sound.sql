{{ also_bought.broken_claims('compared_order_lines') }}
