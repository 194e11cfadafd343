{{ also_bought.broken_claims('customer_segments') }}
