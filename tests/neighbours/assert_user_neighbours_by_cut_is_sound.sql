{{ also_bought.broken_claims('user_neighbours_by_cut') }}
