{#- How many ranks of a list the metrics look at: `also_bought__evaluated_ranks`, by which blends are chosen and
    verdicts given, with half of it and twice it beside. A gain that is there at one depth only is luck. -#}
{% macro evaluated_depths() %}
    {{ return(adapter.dispatch('evaluated_depths', 'also_bought')()) }}
{% endmacro %}


{% macro default__evaluated_depths() %}
    {%- set ranks = also_bought.setting('evaluated_ranks') -%}
    {{ return([(ranks + 1) // 2, ranks, 2 * ranks] | unique | list) }}
{% endmacro %}
