{{ also_bought.broken_claims('dates') }}
