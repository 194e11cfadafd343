{#- A whole number without the .0 that a spreadsheet or a data frame put behind it; any other text as it is. -#}
{% macro without_decimal_zero(expression) %}
    {{- return(adapter.dispatch('without_decimal_zero', 'also_bought')(expression)) -}}
{% endmacro %}


{% macro duckdb__without_decimal_zero(expression) %}
    {{- return('regexp_replace(' ~ expression ~ ", '^([0-9]+)[.]0+$', '\\1')") -}}
{% endmacro %}
