{{ also_bought.broken_claims('control_lists') }}
