{{ also_bought.broken_claims('item_exposure') }}
