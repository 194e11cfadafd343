{% macro parse_timestamp(expression, formats, time_zone='UTC') %}
    {%- do also_bought.check_words(formats, 'formats of the time ' ~ expression) -%}
    {{- adapter.dispatch('parse_timestamp', 'also_bought')(
        'trim(' ~ also_bought.as_text(expression) ~ ')', formats, time_zone
    ) -}}
{% endmacro %}


{#- Returns a text whose offset is a letter, Z for UTC, with the offset in digits. -#}
{% macro with_offset_in_digits(text) %}
    {{- return('regexp_replace(' ~ text ~ ", '[zZ]$', '+00')") -}}
{% endmacro %}


{#- Reads the two kinds of format apart. A text with an offset names a moment, whatever the session's time
    zone; one without is a clock on the wall of `time_zone`. -#}
{% macro duckdb__parse_timestamp(text, formats, time_zone) -%}
    {%- set readings = {} -%}
    {%- for format in formats -%}
        {%- do readings.setdefault('%z' in format, []).append(also_bought.text_literal(format)) -%}
    {%- endfor -%}
    {%- set zone = also_bought.text_literal(time_zone) -%}
    coalesce(
        {%- for has_offset, its_formats in readings.items() %}
        {%- set read_text = also_bought.with_offset_in_digits(text) if has_offset else text -%}
        {%- set parsed = 'try_strptime(' ~ read_text ~ ', [' ~ its_formats | join(', ') ~ '])' -%}
        {%- if has_offset or time_zone == 'UTC' %}
        case when year({{ parsed }}) >= 1000 then {{ "timezone('UTC', " ~ parsed ~ ')' if has_offset else parsed }} end
        {%- else %}
        case
            when year({{ parsed }}) < 1000 then null
            {{ also_bought.first_moment(
                parsed,
                'timezone(' ~ zone ~ ', ' ~ parsed ~ ')',
                'timezone(' ~ zone ~ ', {})',
                "timezone('UTC', {})"
            ) }}
        end
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- Returns the ways of a `case` to the moment in UTC of a clock on a wall: the first, where the clock came twice,
    and null, where it never was. `moment` is one that the engine found; `on_wall` and `in_utc` have {} in the place of a moment. Where the
    wall said the same a day before, the clocks did not change. Otherwise the moment by the offset of that day is
    the first, if it was on the wall at all. -#}
{% macro first_moment(clock, moment, on_wall, in_utc) -%}
    {%- set a_day_before = on_wall.replace('{}', moment ~ " - interval '24' hour") ~ " + interval '24' hour" -%}
    {%- set other_moment = moment ~ ' - (' ~ a_day_before ~ ' - ' ~ clock ~ ')' -%}
    when {{ on_wall.replace('{}', moment) }} <> {{ clock }} then null
    when {{ a_day_before }} <> {{ clock }} and {{ on_wall.replace('{}', other_moment) }} = {{ clock }}
        then {{ in_utc.replace('{}', other_moment) }}
    else {{ in_utc.replace('{}', moment) }}
{%- endmacro %}


{#- Postgres reads times too kindly, so the shape is checked first, then the day of the month. -#}
{% macro postgres__parse_timestamp(text, formats, time_zone) -%}
    {%- set zone = also_bought.text_literal(time_zone) -%}
    coalesce(
        {%- for format in formats %}
        {%- set codes = also_bought.time_pattern(format).codes %}
        (
            select
                {%- if 'z' in codes or time_zone == 'UTC' %} clock
                {%- else %}
                case
                    {{ also_bought.first_moment(
                        'clock', 'timezone(' ~ zone ~ ', clock)', 'timezone(' ~ zone ~ ', {})', "timezone('UTC', {})"
                    ) }}
                end
                {%- endif %}
            from ({{ also_bought.postgres__read_clock(
                also_bought.with_offset_in_digits(text) if 'z' in codes else text, format
            ) }}) as read_clock
        )
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ', null' if formats | length == 1 }}
    )
{%- endmacro %}


{% macro postgres__read_clock(text, format) -%}
    {%- set shape = also_bought.time_pattern(format) -%}
    {%- set pattern = also_bought.text_literal('^' ~ shape.pattern ~ '$') -%}
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
    from regexp_match({{ text }}, {{ pattern }}) as parts
    {%- endif %}
    where case
        when {{ text }} ~ {{ pattern }}
            then cast({{ part.d }} as int) <= date_part(
                'day', make_date(cast({{ part.Y }} as int), cast({{ part.m }} as int), 1) + interval '1 month - 1 day'
            )
    end
{%- endmacro %}


{#- Spark reads 'yyyy-m-d h:m:s', and no day that does not exist. Times are in UTC where the session is. -#}
{% macro spark__parse_timestamp(text, formats, time_zone) -%}
    {%- set zone = also_bought.text_literal(time_zone) -%}
    coalesce(
        {%- for format in formats %}
        {%- set has_offset = '%z' in format %}
        {%- set clock = also_bought.spark__read_clock(
            also_bought.with_offset_in_digits(text) if has_offset else text, format
        ) %}
        {%- if has_offset or time_zone == 'UTC' %}
        {{ clock }}
        {%- else %}
        case
            {{ also_bought.first_moment(
                clock,
                'to_utc_timestamp(' ~ clock ~ ', ' ~ zone ~ ')',
                'from_utc_timestamp({}, ' ~ zone ~ ')',
                '{}'
            ) }}
        end
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- One pattern and not a part at a time: Hive keeps the text of a view only up to 32,700 letters. -#}
{% macro spark__read_clock(text, format) -%}
    {%- set shape = also_bought.time_pattern(format) -%}
    {%- set pattern = also_bought.text_literal('\\A' ~ shape.pattern ~ '\\z') -%}
    {%- set part = {} -%}
    {%- for code in shape.codes -%}
        {%- do part.update({code: '$' ~ loop.index}) -%}
    {%- endfor -%}
    {%- set clock = part.Y ~ '-' ~ part.m ~ '-' ~ part.d ~ ' ' ~ part.get('H', '0') ~ ':' ~ part.get('M', '0') ~ ':'
        ~ part.get('S', '0') ~ ('.' ~ part.f if part.f else '') ~ part.get('z', '') -%}
    try_cast(case
        when {{ text }} rlike {{ pattern }}
            then regexp_replace({{ text }}, {{ pattern }}, {{ also_bought.text_literal(clock) }})
    end as timestamp)
{%- endmacro %}
