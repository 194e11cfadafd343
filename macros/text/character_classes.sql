{#- Returns the characters that are not what they seem, by their code points, as Unicode's properties have them.
    Blanks are White_Space, and letters that are drawn as nothing. Joiners, variants and what is invisible are
    Default_Ignorable_Code_Point and Format. Persian words need joiners, emoji need variants. What is breaking
    is Control, a line's end, or stands for a letter that was lost. -#}
{% macro character_classes() %}
    {{ return({
        'blanks': [
            '0009-000D', '0020', '0085', '00A0', '115F-1160', '1680', '2000-200A', '2028-2029', '202F', '205F',
            '2800', '3000', '3164', 'FFA0'
        ],
        'joiners': ['200C-200D'],
        'variants': ['180B-180D', '180F', 'FE00-FE0F', 'E0020-E007F', 'E0100-E01EF'],
        'invisible': [
            '00AD', '034F', '061C', '17B4-17B5', '180E', '200B', '200E-200F', '202A-202E', '2060-206F', 'FEFF',
            'FFF0-FFFB', '1BCA0-1BCA3', '1D173-1D17A', 'E0000-E001F', 'E0080-E00FF', 'E01F0-E0FFF'
        ],
        'breaking': ['0000-001F', '007F-009F', '2028-2029', 'FFFD'],
    }) }}
{% endmacro %}


{#- Returns one of some of the classes as a regular expression, without its brackets. -#}
{% macro characters_of(names) %}
    {%- set character_code = adapter.dispatch('character_code', 'also_bought') -%}
    {%- set ranges = [] -%}
    {%- for name in names -%}
        {%- for range in also_bought.character_classes()[name] -%}
            {%- set ends = [] -%}
            {%- for code in range.split('-') -%}
                {%- do ends.append(character_code(code)) -%}
            {%- endfor -%}
            {%- do ranges.append(ends | join('-')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(ranges | join) -}}
{% endmacro %}


{% macro default__character_code(code) %}
    {{- return('\\x{' ~ (code.lstrip('0') or '0') ~ '}') -}}
{% endmacro %}


{#- No text in Postgres holds the code 0, and no regular expression may. -#}
{% macro postgres__character_code(code) %}
    {{- return('\\U' ~ ('00000000' ~ code.replace('0000', '0001'))[-8:]) -}}
{% endmacro %}
