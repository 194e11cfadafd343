{{ also_bought.broken_claims('because_items') }}
