{#- A whole number, or null. The pattern comes before the cast: DuckDB alone reads '1_000' as 1000,
    '0x10' as 16, and rounds '2.5'. -#}
{% macro parse_integer(expression) %}
    {{- adapter.dispatch('parse_integer', 'also_bought')(expression) -}}
{% endmacro %}


{% macro duckdb__parse_integer(expression) -%}
    case
        when regexp_full_match(trim({{ also_bought.as_text(expression) }}), '[+-]?[0-9]{1,18}')
            then cast(trim({{ also_bought.as_text(expression) }}) as bigint)
    end
{%- endmacro %}
