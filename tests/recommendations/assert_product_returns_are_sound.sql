{{ also_bought.broken_claims('product_returns') }}
