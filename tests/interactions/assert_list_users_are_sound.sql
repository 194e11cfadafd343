{{ also_bought.broken_claims('list_users') }}
