{#- A time in UTC, or null. Only the declared formats count (strptime codes, with %z where the text
    carries its own offset); a date that a calendar does not have is no date, and neither is the year
    24 that DuckDB reads where %Y meets two digits. -#}
{% macro parse_timestamp(expression, formats, time_zone='UTC') %}
    {{- adapter.dispatch('parse_timestamp', 'also_bought')(expression, formats, time_zone) -}}
{% endmacro %}


{#- The two kinds of format apart: a text with an offset names a moment, whatever the session's time
    zone; one without is a clock on the wall of `time_zone`. -#}
{% macro duckdb__parse_timestamp(expression, formats, time_zone) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    {%- set readings = {} -%}
    {%- for format in formats -%}
        {%- do readings.setdefault('%z' in format, []).append(format) -%}
    {%- endfor -%}
    coalesce(
        {%- for has_offset, its_formats in readings.items() %}
        {%- set parsed = 'try_strptime(' ~ text ~ ", ['" ~ its_formats | join("', '") ~ "'])" -%}
        {%- set moment = parsed if has_offset else "timezone('" ~ time_zone ~ "', " ~ parsed ~ ')' %}
        case when year({{ parsed }}) >= 1000 then timezone('UTC', {{ moment }}) end
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
