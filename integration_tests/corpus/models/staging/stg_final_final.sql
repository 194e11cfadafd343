{{ received_lines('orders_final_final') }}
