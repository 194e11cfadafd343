{#- Returns the ends of the 95% interval of a share (Wilson 1927), which stay between 0 and 1 for few cases and for
    shares of none. -#}
{% macro share_low(found, cases) -%}
    {{ also_bought.wilson_end(found, cases, '-') }}
{%- endmacro %}


{% macro share_high(found, cases) -%}
    {{ also_bought.wilson_end(found, cases, '+') }}
{%- endmacro %}


{% macro wilson_end(found, cases, sign) -%}
    {%- set n = 'cast(' ~ cases ~ ' as ' ~ also_bought.type_double() ~ ')' -%}
    ({{ found }} + 1.920729 {{ sign }} 1.959964 * sqrt({{ found }} * ({{ n }} - {{ found }}) / {{ n }} + 0.960365))
    / ({{ n }} + 3.841459)
{%- endmacro %}
