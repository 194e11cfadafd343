{#- Returns the condition that a text is one of some words. -#}
{% macro is_one_of(expression, words) %}
    {{- adapter.dispatch('is_one_of', 'also_bought')(expression, words) -}}
{% endmacro %}


{% macro default__is_one_of(expression, words) -%}
    {{ expression }} in ('{{ words | join("', '") }}')
{%- endmacro %}


{#- Asks in portions: DuckDB would join more than four words after `in` to the lines, even where nobody reads
    the result. -#}
{% macro duckdb__is_one_of(expression, words) -%}
    (
        {%- for portion in words | batch(4) -%}
        {{ also_bought.default__is_one_of(expression, portion) }}{{ ' or ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
