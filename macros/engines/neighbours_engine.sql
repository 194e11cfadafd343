{#- Returns the engine that finds the neighbours: python, the kernel, where Python models run, or sql. Both
    find the same. -#}
{% macro neighbours_engine() %}
    {{- return(adapter.dispatch('neighbours_engine', 'also_bought')()) -}}
{% endmacro %}


{% macro default__neighbours_engine() %}
    {%- if also_bought.setting('neighbours_engine') == 'python' -%}
        {%- do also_bought.stop(
            'The kernel runs on DuckDB only, and this is ' ~ adapter.type() ~ '.',
            'the var also_bought__neighbours_engine',
            'leave it out, or say sql: the rows are the same.'
        ) -%}
    {%- endif -%}
    {{- return('sql') -}}
{% endmacro %}


{% macro duckdb__neighbours_engine() %}
    {{- return(also_bought.setting('neighbours_engine') or 'python') -}}
{% endmacro %}
