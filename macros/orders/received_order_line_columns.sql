{#- Returns the names and types of the columns that a staging model of orders yields, in order. -#}
{% macro received_order_line_columns() %}
    {{ return({
        'order_source': dbt.type_string(),
        'source_row': dbt.type_string(),
        'received_text': dbt.type_string(),
        'order_id': dbt.type_string(),
        'order_line_id': dbt.type_string(),
        'customer_id': dbt.type_string(),
        'product_id': dbt.type_string(),
        'quantity': dbt.type_bigint(),
        'received_quantity': dbt.type_string(),
        'unit_price': 'decimal(18, 4)',
        'order_status': dbt.type_string(),
        'ordered_at': dbt.type_timestamp(),
        'received_ordered_at': dbt.type_string(),
        'updated_at': dbt.type_timestamp(),
    }) }}
{% endmacro %}


{#- Returns those that it may also yield. -#}
{% macro optional_order_line_columns() %}
    {{ return({
        'read_problem': dbt.type_string(),
        'extract_id': dbt.type_string(),
        'loaded_at': dbt.type_timestamp(),
        'line_type': dbt.type_string(),
        'returned_order_id': dbt.type_string(),
        'order_series': dbt.type_string(),
    }) }}
{% endmacro %}
