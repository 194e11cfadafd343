{#- Returns the columns that make the content of an order line: two lines that agree in all of them say the same. -#}
{% macro line_content_columns() %}
    {{ return(['customer_id', 'product_id', 'quantity', 'unit_price', 'ordered_at', 'order_status']) }}
{% endmacro %}
