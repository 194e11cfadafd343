{{ also_bought.broken_claims('blends') }}
