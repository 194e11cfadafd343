{#- Returns text in `letter_case`, lower or upper, by the rules of Unicode, whatever the locale of the
    database. -#}
{% macro in_case(letter_case, expression) %}
    {{- return(adapter.dispatch('in_case', 'also_bought')(letter_case, expression)) -}}
{% endmacro %}


{% macro default__in_case(letter_case, expression) %}
    {{- return(letter_case ~ '(' ~ expression ~ ')') -}}
{% endmacro %}


{% macro postgres__in_case(letter_case, expression) %}
    {{- return('(' ~ letter_case ~ '((' ~ expression ~ ') collate "und-x-icu") collate "default")') -}}
{% endmacro %}
