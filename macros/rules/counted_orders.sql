{% macro counted_orders(order_count, window) %}
    {{- adapter.dispatch('counted_orders', 'also_bought')(order_count, window) -}}
{% endmacro %}


{#- Of late one customer is one buyer. What sold ever is what people come back for, too. -#}
{% macro default__counted_orders(order_count, window) -%}
    least({{ order_count }}, {{ 5 if window == 'all_time' else 1 }})
{%- endmacro %}
