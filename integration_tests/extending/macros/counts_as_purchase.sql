{#- Takes the place of the package's rule: our customers may pay later, and nobody orders on account for fun. -#}
{% macro default__counts_as_purchase(order_status) -%}
    {{ order_status }} = 'completed' or {{ order_status }} = 'unpaid'
{%- endmacro %}
