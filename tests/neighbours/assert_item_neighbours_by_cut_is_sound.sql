{{ also_bought.broken_claims('item_neighbours_by_cut') }}
