{#- A share of zero or more as a whole number of hundredths, in words' company: 61. -#}
{% macro percentage(share) -%}
    cast(cast(floor(100 * ({{ share }}) + 0.5) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
{%- endmacro %}
