{#- Returns a signal on the scale 0 to 1 within one user's list, so that signals can be weighed. -#}
{% macro share_of_largest(signal, largest) -%}
    coalesce(cast({{ signal }} as {{ also_bought.type_double() }}) / nullif({{ largest }}, 0), 0)
{%- endmacro %}
