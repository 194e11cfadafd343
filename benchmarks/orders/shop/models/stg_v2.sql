{{ read_orders('orders_v2') }}
