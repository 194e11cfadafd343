{#- Returns the days from one time to a later one, with fractions. -#}
{% macro days_between(earlier, later) -%}
    (cast({{ dbt.datediff(earlier, later, 'second') }} as {{ also_bought.type_double() }}) / 86400)
{%- endmacro %}
