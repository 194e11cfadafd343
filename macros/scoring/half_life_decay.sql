{#- The weight of something that happened some days ago: half after each half-life. -#}
{% macro half_life_decay(days, half_life_days) -%}
    power(0.5, ({{ days }}) / {{ half_life_days }}.0)
{%- endmacro %}
