{#- Returns the weight of something that happened some days ago: half after each half-life. -#}
{% macro half_life_decay(days, half_life_days) -%}
    power(cast(0.5 as {{ also_bought.type_double() }}), cast({{ days }} as {{ also_bought.type_double() }}) / {{ half_life_days }})
{%- endmacro %}
