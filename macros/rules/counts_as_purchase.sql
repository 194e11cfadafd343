{% macro counts_as_purchase(order_status) -%}
    ({{ adapter.dispatch('counts_as_purchase', 'also_bought')(order_status) }})
{%- endmacro %}


{% macro default__counts_as_purchase(order_status) -%}
    {{ order_status }} = 'completed'
{%- endmacro %}
