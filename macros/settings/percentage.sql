{#- A share as a whole number of hundredths, in words' company: 61. -#}
{% macro percentage(share) -%}
    cast(cast(round(100 * ({{ share }})) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
{%- endmacro %}
