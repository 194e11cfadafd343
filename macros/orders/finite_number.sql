{#- Returns a number in a type without NaN and infinity. Those of a float become null. -#}
{% macro finite_number(expression, type) -%}
    case when abs(cast({{ expression }} as {{ also_bought.type_double() }})) < 1e300
        then cast({{ expression }} as {{ type }}) end
{%- endmacro %}
