{{ also_bought.broken_claims('evaluation_data') }}
