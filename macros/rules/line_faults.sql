{% macro line_faults() %}
    {{ return(adapter.dispatch('line_faults', 'also_bought')()) }}
{% endmacro %}


{% macro default__line_faults() %}
    {{ return({
        'line_encoding_invalid': "lines.read_problem = 'line_encoding_invalid'",
        'line_unreadable': "lines.read_problem = 'line_unreadable'",
        'customer_erased': 'lines.is_erased',
        'customer_id_missing': 'lines.customer_id is null',
        'customer_id_unusable': also_bought.is_unusable_id('lines.customer_id')
            ~ " or lines.read_problem = 'customer_id_unusable'",
        'product_id_missing': 'lines.product_id is null',
        'product_id_unusable': also_bought.is_unusable_id('lines.product_id')
            ~ " or lines.read_problem = 'product_id_unusable'",
        'ordered_at_missing': 'lines.ordered_at is null and '
            ~ also_bought.clean_id('lines.received_ordered_at') ~ ' is null',
        'ordered_at_unreadable': 'lines.ordered_at is null',
        'quantity_missing': 'lines.quantity is null and '
            ~ also_bought.clean_id('lines.received_quantity') ~ ' is null',
        'quantity_unreadable': 'lines.quantity is null',
        'quantity_zero': 'lines.quantity = 0',
        'quantity_out_of_range': 'abs(lines.quantity) > ' ~ also_bought.largest_quantity(),
        'unit_price_not_positive': 'lines.unit_price <= 0',
        'order_status_unknown': 'lines.order_status is null',
        'test_order': also_bought.is_test_order('lines.customer_id', 'lines.product_id'),
        'ordered_at_out_of_range': "lines.ordered_at < cast('2000-01-01' as " ~ dbt.type_timestamp()
            ~ ') or lines.ordered_at > ' ~ dbt.dateadd('day', 1, also_bought.run_clock()),
    }) }}
{% endmacro %}
