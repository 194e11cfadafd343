{{ received_lines('orders_final') }}
