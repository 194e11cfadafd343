{#- Returns what to order text by, so that it sorts by its bytes on every engine and under every
    collation. -#}
{% macro byte_order(expression) %}
    {{- return(adapter.dispatch('byte_order', 'also_bought')(expression)) -}}
{% endmacro %}


{% macro default__byte_order(expression) %}
    {{- return(expression) -}}
{% endmacro %}


{% macro postgres__byte_order(expression) %}
    {{- return('(' ~ expression ~ ') collate "C"') -}}
{% endmacro %}
