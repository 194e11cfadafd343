{% macro user_weight(order_count) %}
    {{- adapter.dispatch('user_weight', 'also_bought')(order_count) -}}
{% endmacro %}


{#- Who orders one thing a thousand times is no more like others than who orders it twenty times. -#}
{% macro default__user_weight(order_count) -%}
    cast(least({{ order_count }}, 20) as {{ dbt.type_bigint() }})
{%- endmacro %}
