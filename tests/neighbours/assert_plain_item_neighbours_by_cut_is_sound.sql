{{ also_bought.broken_claims('plain_item_neighbours_by_cut') }}
