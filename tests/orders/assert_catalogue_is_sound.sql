{{ also_bought.broken_claims('catalogue') }}
