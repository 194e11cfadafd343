{{ received_lines('orders_v2') }}
