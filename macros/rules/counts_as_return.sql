{% macro counts_as_return(order_status) -%}
    ({{ adapter.dispatch('counts_as_return', 'also_bought')(order_status) }})
{%- endmacro %}


{#- Many exports write the status of the refund on its own row. -#}
{% macro default__counts_as_return(order_status) -%}
    {{ also_bought.counts_as_purchase(order_status) }} or {{ order_status }} = 'refunded'
{%- endmacro %}
