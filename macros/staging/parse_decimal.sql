{% macro parse_decimal(expression) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    case
        when {{ also_bought.matches_whole(text, '[+-]?([0-9]{1,12}([.][0-9]{1,4}0*)?|[.][0-9]{1,4}0*)') }}
            then cast({{ text }} as decimal(18, 4))
    end
{%- endmacro %}
