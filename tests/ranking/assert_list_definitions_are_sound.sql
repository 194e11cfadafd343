{{ also_bought.broken_claims('list_definitions') }}
