{#- Returns the condition that a text is one of some words, which are SQL. -#}
{% macro is_one_of(expression, words) %}
    {{- return(adapter.dispatch('is_one_of', 'also_bought')(expression, words | join(', '))) -}}
{% endmacro %}


{% macro default__is_one_of(expression, words) %}
    {{- return(expression ~ ' in (' ~ words ~ ')') -}}
{% endmacro %}


{#- DuckDB would join words after `in` to the lines, even where nobody reads the result. -#}
{% macro duckdb__is_one_of(expression, words) %}
    {{- return('list_contains([' ~ words ~ '], ' ~ expression ~ ')') -}}
{% endmacro %}
