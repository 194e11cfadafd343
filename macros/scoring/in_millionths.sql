{#- A fraction as a whole number of millionths, so that products and sums of it are exact. -#}
{% macro in_millionths(expression) -%}
    cast(round(({{ expression }}) * 1000000) as {{ dbt.type_bigint() }})
{%- endmacro %}
