{% macro parse_integer(expression) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    case
        when {{ also_bought.matches_whole(text, '[+-]?[0-9]{1,18}') }}
            then cast({{ text }} as {{ dbt.type_bigint() }})
    end
{%- endmacro %}
