{#- Contracts and seeds name types that DuckDB and Postgres know; Spark has other words for two of them. These
    macros stand before those of dbt where this project is the root. A consumer on Spark lets them be found:
    docs/engines.md. -#}
{% macro spark_type(type) %}
    {{ return({'varchar': 'string', 'double precision': 'double'}.get(type, type)) }}
{% endmacro %}


{% macro spark__get_empty_schema_sql(columns) %}
    {%- set spelled = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do spelled.update({name: dict(column, data_type=also_bought.spark_type(column.data_type))}) -%}
    {%- endfor -%}
    {{ return(dbt.default__get_empty_schema_sql(spelled)) }}
{% endmacro %}


{% macro spark__create_csv_table(model, agate_table) %}
    {{ return(dbt.spark__create_csv_table(also_bought.seed_with_spark_types(model), agate_table)) }}
{% endmacro %}


{% macro spark__load_csv_rows(model, agate_table) %}
    {{ return(dbt.spark__load_csv_rows(also_bought.seed_with_spark_types(model), agate_table)) }}
{% endmacro %}


{% macro seed_with_spark_types(seed) %}
    {%- set types = {} -%}
    {%- for column, type in seed.config.column_types.items() -%}
        {%- do types.update({column: also_bought.spark_type(type)}) -%}
    {%- endfor -%}
    {{ return(dict(seed, config=dict(seed.config, column_types=types))) }}
{% endmacro %}
