{{ also_bought.broken_claims('line_id_agreement') }}
