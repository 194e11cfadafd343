{% macro parse_timestamp(expression, formats, time_zone='UTC') %}
    {{- adapter.dispatch('parse_timestamp', 'also_bought')(expression, formats, time_zone) -}}
{% endmacro %}


{#- Reads the two kinds of format apart. A text with an offset names a moment, whatever the session's time
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


{#- Postgres reads times too kindly, so the shape is checked first, then the day of the month. -#}
{% macro postgres__parse_timestamp(expression, formats, time_zone) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    {%- set in_zone = "timezone('" ~ time_zone ~ "', clock)" -%}
    coalesce(
        {%- for format in formats %}
        {%- set codes = also_bought.time_pattern(format).codes %}
        (
            select
                {%- if 'z' in codes or time_zone == 'UTC' %} clock
                {%- else %}
                case
                    when timezone('{{ time_zone }}', {{ in_zone }}) <> clock then null
                    when timezone('{{ time_zone }}', {{ in_zone }} - interval '1 hour') = clock
                        then timezone('UTC', {{ in_zone }} - interval '1 hour')
                    else timezone('UTC', {{ in_zone }})
                end
                {%- endif %}
            from ({{ also_bought.postgres__read_clock(text, format) }}) as read_clock
        )
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ', null' if formats | length == 1 }}
    )
{%- endmacro %}


{% macro postgres__read_clock(text, format) -%}
    {%- set shape = also_bought.time_pattern(format) -%}
    {%- set part = {} -%}
    {%- for code in shape.codes -%}
        {%- do part.update({code: 'parts[' ~ loop.index ~ ']'}) -%}
    {%- endfor -%}
    select
        make_timestamp(
            cast({{ part.Y }} as int), cast({{ part.m }} as int), cast({{ part.d }} as int),
            cast({{ part.get('H', '0') }} as int), cast({{ part.get('M', '0') }} as int),
            cast({{ part.get('S', "'0'") }}{{ " || '.' || " ~ part.f if part.f }} as double precision)
        )
        {%- if part.z %} - cast(
            left({{ part.z }}, 1) || substr({{ part.z }}, 2, 2) || ' hours '
            || left({{ part.z }}, 1) || coalesce(nullif(right(substr({{ part.z }}, 4), 2), ''), '0') || ' minutes'
            as interval
        ){% endif %} as clock
    {#- Splitting a text where it has no digit costs a tenth of what groups do. -#}
    {%- if modules.re.fullmatch('%[YmdHMSf]([^%0-9]+%[YmdHMSf])*[^%0-9]*', format) %}
    from regexp_split_to_array({{ text }}, '[^0-9]+') as parts
    {%- else %}
    from regexp_match({{ text }}, '^{{ shape.pattern }}$') as parts
    {%- endif %}
    where case
        when {{ text }} ~ '^{{ shape.pattern }}$'
            then cast({{ part.d }} as int) <= date_part(
                'day', make_date(cast({{ part.Y }} as int), cast({{ part.m }} as int), 1) + interval '1 month - 1 day'
            )
    end
{%- endmacro %}


{#- Spark reads 'yyyy-m-d h:m:s', and no day that does not exist. Times are in UTC where the session is. -#}
{% macro spark__parse_timestamp(expression, formats, time_zone) -%}
    {%- set text = 'trim(' ~ also_bought.as_text(expression) ~ ')' -%}
    coalesce(
        {%- for format in formats %}
        {%- set clock = also_bought.spark__read_clock(text, format) %}
        {%- set moment = 'to_utc_timestamp(' ~ clock ~ ", '" ~ time_zone ~ "')" %}
        {%- set hour_before = moment ~ " - interval 1 hour" %}
        {%- if '%z' in format or time_zone == 'UTC' %}
        {{ clock }}
        {%- else %}
        case
            when from_utc_timestamp({{ moment }}, '{{ time_zone }}') <> {{ clock }} then null
            when from_utc_timestamp({{ hour_before }}, '{{ time_zone }}') = {{ clock }} then {{ hour_before }}
            else {{ moment }}
        end
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{% macro spark__read_clock(text, format) -%}
    {%- set shape = also_bought.time_pattern(format) -%}
    {%- set part = {} -%}
    {%- for code in shape.codes -%}
        {%- do part.update({
            code: 'regexp_extract(' ~ text ~ ", r'\\A" ~ shape.pattern ~ "\\z', " ~ loop.index ~ ')'
        }) -%}
    {%- endfor -%}
    try_cast(concat(
        {{ part.Y }}, '-', {{ part.m }}, '-', {{ part.d }}, ' ', {{ part.get('H', "'0'") }}, ':',
        {{ part.get('M', "'0'") }}, ':', {{ part.get('S', "'0'") }}
        {{- ", '.', " ~ part.f if part.f }}{{ ', ' ~ part.z if part.z }}
    ) as timestamp)
{%- endmacro %}
