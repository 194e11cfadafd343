{{ read_orders('orders_final') }}
