{{ also_bought.broken_claims('resolved_order_lines') }}
