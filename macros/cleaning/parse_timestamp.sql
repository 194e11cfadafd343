{#- A time in UTC, or null. Only the declared formats count (strptime codes, with %z where the text
    carries its own offset); a date that a calendar does not have is no date, and neither is the year
    24 that DuckDB reads where %Y meets two digits. -#}
{% macro parse_timestamp(expression, formats, time_zone='UTC') %}
    {{- adapter.dispatch('parse_timestamp', 'also_bought')(expression, formats, time_zone) -}}
{% endmacro %}


{% macro duckdb__parse_timestamp(expression, formats, time_zone) -%}
    {%- set parsed = "try_strptime(trim(" ~ also_bought.as_text(expression) ~ "), ['"
        ~ formats | join("', '") ~ "'])" -%}
    case
        when year({{ parsed }}) >= 1000
            then timezone('UTC', timezone('{{ time_zone }}', cast({{ parsed }} as timestamp)))
    end
{%- endmacro %}
