{{ also_bought.broken_claims('targets') }}
