{{ read_orders('orders_final_final') }}
