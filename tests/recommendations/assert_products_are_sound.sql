{{ also_bought.broken_claims('products') }}
