{#- Runs after each model. Postgres plans a query by what it has counted in the tables. It counts a new table
    only minutes later, and takes it for a small one until then. -#}
{% macro count_rows_for_planner() %}
    {{- return(adapter.dispatch('count_rows_for_planner', 'also_bought')()) -}}
{% endmacro %}


{% macro default__count_rows_for_planner() %}
{% endmacro %}


{% macro postgres__count_rows_for_planner() %}
    {%- if config.get('materialized') != 'view' -%}
        {{- return('analyze ' ~ this) -}}
    {%- endif -%}
{% endmacro %}
