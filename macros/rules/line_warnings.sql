{% macro line_warnings() %}
    {{ return(adapter.dispatch('line_warnings', 'also_bought')()) }}
{% endmacro %}


{% macro default__line_warnings() %}
    {{ return({
        'order_id_missing': [
            'lines.order_id = ' ~ also_bought.received_line_id('lines'), 'lines.source_row'
        ],
        'unit_price_missing': ['lines.unit_price is null', 'lines.source_row'],
        'ordered_in_the_future': [
            'lines.ordered_at > ' ~ also_bought.run_clock(), also_bought.as_text('lines.ordered_at')
        ],
    }) }}
{% endmacro %}
