{#- Returns a fraction of zero or more as a whole number of millionths, so that products and sums of it are
    exact. round() does not do: halves go up on one engine and to the even number on another. -#}
{% macro in_millionths(expression) -%}
    cast(floor(({{ expression }}) * 1000000 + 0.5) as {{ dbt.type_bigint() }})
{%- endmacro %}
