{#- Returns the history of metrics as it was published, for a build database that has none; `none` where
    nothing was published. -#}
{% macro published_history() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {{ return(adapter.dispatch('published_history', 'also_bought')()) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

{#- Nothing is published there, so it has no history. -#}
{% macro default__published_history() %}
    {{ return(none) }}
{% endmacro %}

{% macro duckdb__published_history() %}
    {%- set file = dbt.string_literal(dbt.escape_single_quotes(
        also_bought.setting('published_to') or 'serving/also_bought.duckdb'
    )) -%}
    {%- if run_query('select file from glob(' ~ file ~ ')').rows -%}
        {%- do run_query('attach if not exists ' ~ file ~ ' as also_bought_published (read_only)') -%}
        {%- set history = api.Relation.create(
            database='also_bought_published', schema='main', identifier='recommendation_metrics'
        ) -%}
        {%- if run_query(
            "select table_name from duckdb_tables()
            where database_name = 'also_bought_published' and table_name = 'recommendation_metrics'"
        ).rows -%}
            {{ return(history) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

{% macro postgres__published_history() %}
    {{ return(adapter.get_relation(
        target.database, also_bought.setting('published_to') or 'also_bought', 'recommendation_metrics'
    )) }}
{% endmacro %}
