{#- Returns the lower end of the 95% interval of a share (Wilson 1927), which stays between 0 and 1 for few cases and
    for shares of none. -#}
{% macro share_low(found, cases) -%}
    {%- set z = 1.959964 -%}
    {%- set n = 'cast(' ~ cases ~ ' as ' ~ also_bought.type_double() ~ ')' -%}
    ({{ found }} + {{ z * z / 2 }} - {{ z }} * sqrt({{ found }} * ({{ n }} - {{ found }}) / {{ n }} + {{ z * z / 4 }}))
    / ({{ n }} + {{ z * z }})
{%- endmacro %}


{#- Returns the upper end: what is not found has the lower one, so a share of all ends at 1 and not beside it. -#}
{% macro share_high(found, cases) -%}
    1 - {{ also_bought.share_low('(' ~ cases ~ ' - ' ~ found ~ ')', cases) }}
{%- endmacro %}
