{#- The contracts say `double precision`, which DuckDB and Postgres know; Spark's word is `double`. A consumer on
    Spark lets this macro be found: docs/engines.md. -#}
{% macro spark__get_empty_schema_sql(columns) %}
    {%- set spelled = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do spelled.update({
            name: dict(column, data_type=column.data_type | replace('double precision', 'double'))
        }) -%}
    {%- endfor -%}
    {{ return(dbt.default__get_empty_schema_sql(spelled)) }}
{% endmacro %}
