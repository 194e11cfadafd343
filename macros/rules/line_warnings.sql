{% macro line_warnings() %}
    {{ return(adapter.dispatch('line_warnings', 'also_bought')()) }}
{% endmacro %}


{% macro default__line_warnings() %}
    {{ return({
        'order_id_missing': {
            'condition': 'lines.order_id = lines.received_line_id',
            'example': 'lines.source_row',
            'in_plain_words': 'Lines have no order number; each counts as an order of its own.',
        },
        'unit_price_missing': {
            'condition': 'lines.unit_price is null',
            'example': 'lines.source_row',
            'in_plain_words': 'Lines have no price, or one that cannot be read; revenue lacks them.',
        },
        'ordered_in_the_future': {
            'condition': 'lines.ordered_at > ' ~ also_bought.run_clock(),
            'example': also_bought.as_text('lines.ordered_at'),
            'in_plain_words': 'Lines were ordered after the run, by a day at most: a clock is fast.',
        },
    }) }}
{% endmacro %}
