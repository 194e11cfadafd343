{#- A number in a type that has neither NaN nor infinity, as a float has: they become null. -#}
{% macro finite_number(expression, type) -%}
    case when abs(cast({{ expression }} as {{ also_bought.type_double() }})) < 1e300
        then cast({{ expression }} as {{ type }}) end
{%- endmacro %}
