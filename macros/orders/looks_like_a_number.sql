{#- Returns the condition for an id that a spreadsheet took for a number: 1.0, 1e3, or sixteen digits and a
    zero. -#}
{% macro looks_like_a_number(expression) %}
    {{- return(also_bought.matches_whole(
        expression, '[0-9]+[.]0+|[0-9]+([.][0-9]+)?[eE][+]?[0-9]+|[0-9]{16,}0'
    )) -}}
{% endmacro %}
