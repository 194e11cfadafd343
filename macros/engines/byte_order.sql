{#- Sorts text by its bytes, the same on every engine and under every collation: for order by. -#}
{% macro byte_order(expression) %}
    {{- return(adapter.dispatch('byte_order', 'also_bought')(expression)) -}}
{% endmacro %}


{% macro default__byte_order(expression) %}
    {{- return(expression) -}}
{% endmacro %}


{% macro postgres__byte_order(expression) %}
    {{- return('(' ~ expression ~ ') collate "C"') -}}
{% endmacro %}
