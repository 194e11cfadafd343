{{ also_bought.broken_claims('top_seller_candidates') }}
