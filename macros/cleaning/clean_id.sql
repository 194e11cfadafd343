{#- An id as text, or null where the source wrote one of its words for "nothing". Never a number:
    '00123' and '123' are two customers, and 2^53 + 1 is not 2^53. -#}
{% macro clean_id(expression, null_words=none) %}
    {%- set words = null_words if null_words is not none else also_bought.null_words() -%}
    case
        when lower({{ also_bought.clean_text(expression) }}) in ('', '{{ words | join("', '") }}') then null
        else {{ also_bought.clean_text(expression) }}
    end
{%- endmacro %}
