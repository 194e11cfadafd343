{% macro evaluated_depths() %}
    {{ return(adapter.dispatch('evaluated_depths', 'also_bought')()) }}
{% endmacro %}


{% macro default__evaluated_depths() %}
    {%- set ranks = also_bought.setting('evaluated_ranks') -%}
    {{ return([(ranks + 1) // 2, ranks, 2 * ranks] | unique | list) }}
{% endmacro %}
