{{ also_bought.broken_claims('daily_order_lines') }}
