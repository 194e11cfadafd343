{#- How strongly a user is tied to an item, as a whole number: neighbours are found on these. -#}
{% macro interaction_weight(order_count) %}
    {{- adapter.dispatch('interaction_weight', 'also_bought')(order_count) -}}
{% endmacro %}


{% macro default__interaction_weight(order_count) -%}
    cast({{ order_count }} as {{ dbt.type_bigint() }})
{%- endmacro %}
