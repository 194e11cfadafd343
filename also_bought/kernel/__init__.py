"""Numbers in, numbers out: neighbours, regression and votes. Knows nothing of dbt or a database."""
