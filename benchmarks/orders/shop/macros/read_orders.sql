{#- The three tables are written alike; what differs is what is in them. -#}
{% macro read_orders(table) %}
select
    '{{ table }}' as order_source,
    _row as source_row,
    {{ also_bought.received_text([
        'order_id', 'line_id', 'customer_id', 'product_id', 'units', 'unit_price', 'status',
        'ordered_at', 'updated_at'
    ], personal_columns=['customer_id']) }} as received_text,
    {{ also_bought.clean_id('order_id') }} as order_id,
    {{ also_bought.clean_id('line_id') }} as order_line_id,
    {{ also_bought.clean_id('customer_id') }} as customer_id,
    {{ also_bought.clean_id('product_id') }} as product_id,
    {{ also_bought.parse_integer('units') }} as quantity,
    units as received_quantity,
    {{ also_bought.parse_decimal('unit_price') }} as unit_price,
    {{ also_bought.map_status('status', {'completed': ['completed'], 'cancelled': ['cancelled']}) }}
        as order_status,
    {{ also_bought.parse_timestamp('ordered_at', ['%Y-%m-%d %H:%M:%S']) }} as ordered_at,
    ordered_at as received_ordered_at,
    {{ also_bought.parse_timestamp('updated_at', ['%Y-%m-%d %H:%M:%S']) }} as updated_at,
    loaded_at
from received.raw.{{ table }}
{% endmacro %}
