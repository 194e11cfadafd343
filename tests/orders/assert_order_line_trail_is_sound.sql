{{ also_bought.broken_claims('order_line_trail') }}
