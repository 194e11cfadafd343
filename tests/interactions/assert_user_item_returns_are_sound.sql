{{ also_bought.broken_claims('user_item_returns') }}
