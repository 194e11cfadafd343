{{ also_bought.broken_claims('user_item_counts_by_cut') }}
