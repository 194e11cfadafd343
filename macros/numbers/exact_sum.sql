{#- Returns a sum of fractions that is the same whatever the order of its rows. Sums of floats differ in their
    last bits with threads and row order; decimals add up exactly. Each term is rounded to `decimals` places
    and must stay below 10^(18 - decimals). -#}
{% macro exact_sum(expression, decimals=9) -%}
    cast(sum(cast({{ expression }} as decimal(18, {{ decimals }}))) as {{ also_bought.type_double() }})
{%- endmacro %}
