{#- The peers are not asked for new items. -#}
{% macro default__fewest_new_items() -%}
    0
{%- endmacro %}
