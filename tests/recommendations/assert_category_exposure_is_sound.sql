{{ also_bought.broken_claims('category_exposure') }}
