{#- How strongly an item marks a user, as a whole number: similar users are found on these. How often a
    customer comes back for something says who they are. -#}
{% macro user_weight(order_count) %}
    {{- adapter.dispatch('user_weight', 'also_bought')(order_count) -}}
{% endmacro %}


{% macro default__user_weight(order_count) -%}
    cast({{ order_count }} as {{ dbt.type_bigint() }})
{%- endmacro %}
