{#- A whole number, or null. The pattern comes before the cast: DuckDB alone reads '1_000' as 1000,
    '0x10' as 16, and rounds '2.5'. -#}
{% macro parse_integer(expression) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    case
        when {{ also_bought.matches_whole(text, '[+-]?[0-9]{1,18}') }}
            then cast({{ text }} as {{ dbt.type_bigint() }})
    end
{%- endmacro %}
