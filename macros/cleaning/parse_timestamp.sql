{#- A time in UTC, or null. Only the declared formats count (strptime codes, with %z where the text
    carries its own offset); a date that a calendar does not have is no date, and neither is the year
    24 that DuckDB reads where %Y meets two digits. Where the clocks change, an hour that never was is no
    time, and of an hour that came twice it is the first. -#}
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
        case
            {%- if has_offset %}
            when year({{ parsed }}) >= 1000 then timezone('UTC', {{ parsed }})
            {%- elif time_zone == 'UTC' %}
            when year({{ parsed }}) >= 1000 then {{ parsed }}
            {%- else %}
            {%- set moment = "timezone('" ~ time_zone ~ "', " ~ parsed ~ ')' %}
            {%- set hour_before = moment ~ " - interval 1 hour" %}
            when year({{ parsed }}) < 1000 or timezone('{{ time_zone }}', {{ moment }}) <> {{ parsed }} then null
            when timezone('{{ time_zone }}', {{ hour_before }}) = {{ parsed }} then timezone('UTC', {{ hour_before }})
            else timezone('UTC', {{ moment }})
            {%- endif %}
        end
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
