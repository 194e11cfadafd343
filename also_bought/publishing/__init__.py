"""Tables out: from the database that dbt builds in to what people read."""
