{#- Days from one time to a later one, with fractions. -#}
{% macro days_between(earlier, later) -%}
    ({{ dbt.datediff(earlier, later, 'second') }} / 86400.0)
{%- endmacro %}
