{#- Which of the two equal ways finds the neighbours: the kernel, where Python models run, or SQL. -#}
{% macro neighbours_engine() %}
    {{- return(adapter.dispatch('neighbours_engine', 'also_bought')()) -}}
{% endmacro %}


{% macro default__neighbours_engine() %}
    {{- return('sql') -}}
{% endmacro %}


{% macro duckdb__neighbours_engine() %}
    {{- return(also_bought.setting('neighbours_engine')) -}}
{% endmacro %}
