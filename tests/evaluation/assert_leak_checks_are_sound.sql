{{ also_bought.broken_claims('leak_checks') }}
