{{ also_bought.broken_claims('control_total_differences') }}
