{{ also_bought.broken_claims('rejected_order_lines') }}
