{{ also_bought.broken_claims('blends_by_cut') }}
