{{ also_bought.broken_claims('largest_signals') }}
