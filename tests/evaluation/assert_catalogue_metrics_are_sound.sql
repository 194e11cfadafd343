{{ also_bought.broken_claims('catalogue_metrics') }}
