{#- Returns the name of a column as SQL, also where it holds a quotation mark itself. -#}
{% macro quoted_name(name) %}
    {%- set mark = adapter.quote('') | first -%}
    {{- return(mark ~ (name | string).replace(mark, mark ~ mark) ~ mark) -}}
{% endmacro %}
