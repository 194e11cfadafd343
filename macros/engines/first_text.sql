{#- Return the first and the last of texts by their bytes: min and max, the same under every collation.
    `over` is the text between the parentheses of a window; with it they are window functions. -#}
{% macro first_text(expression, over='') %}
    {{- return(adapter.dispatch('extreme_text', 'also_bought')('min', expression, over)) -}}
{% endmacro %}


{% macro last_text(expression, over='') %}
    {{- return(adapter.dispatch('extreme_text', 'also_bought')('max', expression, over)) -}}
{% endmacro %}


{% macro default__extreme_text(function, expression, over) %}
    {{- return(function ~ '(' ~ expression ~ ')' ~ (' over (' ~ over ~ ')' if over else '')) -}}
{% endmacro %}


{#- The result gets the collation of the database again, because columns of different ones cannot be
    compared. -#}
{% macro postgres__extreme_text(function, expression, over) %}
    {{- return(
        also_bought.default__extreme_text(function, also_bought.byte_order(expression), over) ~ ' collate "default"'
    ) -}}
{% endmacro %}
