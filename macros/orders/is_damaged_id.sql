{#- Returns the condition for an id that a spreadsheet made something else of: a number (1.0, 1,23E+11, sixteen digits
    and a zero), a date (1-Mar, Mrz 25, 2025-03-01 00:00:00), or a column too narrow (####). -#}
{% macro is_damaged_id(expression) %}
    {%- set day = '(0?[1-9]|[12][0-9]|3[01])' -%}
    {%- set months = [] -%}
    {%- for month in [
        'jan', 'janv', 'ene', 'gen', 'feb', 'fev', 'févr', 'mar', 'mars', 'mär', 'mrz', 'mrt', 'apr', 'avr', 'abr', 'may',
        'mai', 'mag', 'mei', 'jun', 'juin', 'giu', 'jul', 'juil', 'lug', 'aug', 'août', 'ago', 'sep', 'sept', 'set', 'oct',
        'okt', 'ott', 'out', 'nov', 'dec', 'dez', 'déc', 'dic'
    ] -%}
        {%- do months.append('[' ~ month[0] | upper ~ month[0] ~ ']' ~ month[1:]) -%}
    {%- endfor -%}
    {%- set month = '(' ~ months | join('|') ~ ')[.]?' -%}
    {{- return(also_bought.matches_whole(expression, [
        '[0-9]+[.,]0+',
        '[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+',
        '[0-9]{16,}0',
        day ~ '[-. ]{1,2}' ~ month ~ '([- ][0-9]{2,4})?',
        month ~ '[- ][0-9]{2,4}',
        '(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}([ T]00:00(:00([.]0+)?)?)?',
        day ~ '[.](0?[1-9]|1[0-2])[.](19|20)[0-9]{2}',
        '[0-9]{1,2}/[0-9]{1,2}/([0-9]{2}|[0-9]{4})',
        '#+',
    ] | join('|'))) -}}
{% endmacro %}
