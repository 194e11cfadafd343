{% macro time_pattern(format) %}
    {%- set groups = {
        'Y': '[1-9][0-9]{3}', 'm': '1[0-2]|0?[1-9]', 'd': '3[01]|[12][0-9]|0?[1-9]', 'H': '2[0-3]|[01]?[0-9]',
        'M': '[0-5]?[0-9]', 'S': '[0-5]?[0-9]', 'f': '[0-9]{1,6}', 'z': '[+-][0-9]{2}(?::?[0-9]{2})?'
    } -%}
    {%- set parts = [] -%}
    {%- set codes = [] -%}
    {%- for piece in modules.re.findall('(?s)%.|[^%]', format) -%}
        {%- if piece[1:] in groups -%}
            {%- do parts.append('(' ~ groups[piece[1:]] ~ ')') -%}
            {%- do codes.append(piece[1:]) -%}
        {%- elif piece.startswith('%') -%}
            {%- do also_bought.stop(
                'parse_timestamp knows no ' ~ piece ~ ' on ' ~ adapter.type() ~ '.',
                'the format ' ~ format,
                'the codes are %' ~ groups | join(', %') ~ '.'
            ) -%}
        {%- else -%}
            {%- do parts.append(modules.re.escape(piece)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({'pattern': parts | join, 'codes': codes}) }}
{% endmacro %}
