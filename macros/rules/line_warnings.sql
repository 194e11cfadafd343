{#- What is odd about a line that counts all the same: {warning: [condition, example]}. `lines` is a line
    without fault. Docs: the block order_warnings. -#}
{% macro line_warnings() %}
    {{ return(adapter.dispatch('line_warnings', 'also_bought')()) }}
{% endmacro %}


{% macro default__line_warnings() %}
    {{ return({
        'order_id_missing': ['lines.order_id = lines.received_line_id', 'lines.source_row'],
        'unit_price_missing': ['lines.unit_price is null', 'lines.source_row'],
        'ordered_in_the_future': [
            'lines.ordered_at > ' ~ also_bought.run_clock(), also_bought.as_text('lines.ordered_at')
        ],
        'ids_damaged_by_spreadsheet': [
            also_bought.looks_like_a_number('lines.customer_id') ~ ' or '
            ~ also_bought.looks_like_a_number('lines.product_id'),
            'case when ' ~ also_bought.looks_like_a_number('lines.customer_id')
            ~ ' then lines.customer_id else lines.product_id end'
        ],
    }) }}
{% endmacro %}
