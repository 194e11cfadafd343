{#- An amount with a decimal point and at most four decimals, or null. -#}
{% macro parse_decimal(expression) %}
    {{- adapter.dispatch('parse_decimal', 'also_bought')(expression) -}}
{% endmacro %}


{% macro duckdb__parse_decimal(expression) -%}
    case
        when regexp_full_match(trim({{ also_bought.as_text(expression) }}), '[+-]?[0-9]{1,12}([.][0-9]{1,4})?')
            then cast(trim({{ also_bought.as_text(expression) }}) as decimal(18, 4))
    end
{%- endmacro %}
