{{ also_bought.broken_claims('history_segments') }}
