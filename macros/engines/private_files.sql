{#- Runs before each run on DuckDB, and closes the build database, target/ and logs/ to everybody but their owner.
    dbt makes them before any hook. Without the Python part they stay as the umask has them. dbt runs Python
    only for a materialization, and knows one by its name. -#}
{% macro private_files_materialization() %}
    {%- if execute and adapter.type() == 'duckdb' -%}
        {%- call statement(language='python') -%}
from contextlib import suppress

def model(dbt, session):
    query = "select path from duckdb_databases() where database_name = current_database()"
    [(database,)] = session.execute(query).fetchall()
    with suppress(ImportError):
        from also_bought.dbt_models.private_files import make_private
        make_private(database)

dbtObj = materialize = lambda *ignored: None
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}
