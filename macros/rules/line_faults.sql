{% macro line_faults() %}
    {{ return(adapter.dispatch('line_faults', 'also_bought')()) }}
{% endmacro %}


{% macro default__line_faults() %}
    {{ return({
        'line_encoding_invalid': {
            'condition': "lines.read_problem = 'line_encoding_invalid'",
            'in_plain_words': 'Bytes of the line are no characters in the encoding that is declared for its '
                ~ 'file.',
            'what_to_do': 'Export the file in one encoding.',
        },
        'line_unreadable': {
            'condition': "lines.read_problem = 'line_unreadable'",
            'in_plain_words': 'The line of a file cannot be split into the fields of the header.',
            'what_to_do': 'Quote fields that hold the delimiter, where the file is written.',
        },
        'customer_erased': {
            'condition': 'lines.is_erased',
            'in_plain_words': 'The customer asked to be forgotten.',
            'what_to_do': 'Nothing here. Erase the line at the source as well.',
        },
        'customer_id_missing': {
            'condition': 'lines.customer_id is null',
            'in_plain_words': 'The customer is empty, blank, or a word that means nothing, like NULL or N/A.',
            'what_to_do': 'Fill the id in at the source.',
        },
        'customer_id_unusable': {
            'condition': also_bought.is_unusable_id('lines.customer_id')
                ~ " or lines.read_problem = 'customer_id_unusable'",
            'in_plain_words': 'The customer id holds a control character, is longer than 256 characters, or '
                ~ 'does not look like an id of the shop.',
            'what_to_do': 'Repair the export that broke the id.',
        },
        'product_id_missing': {
            'condition': 'lines.product_id is null',
            'in_plain_words': 'The product is empty, blank, or a word that means nothing, like NULL or N/A.',
            'what_to_do': 'Fill the id in at the source.',
        },
        'product_id_unusable': {
            'condition': also_bought.is_unusable_id('lines.product_id')
                ~ " or lines.read_problem = 'product_id_unusable'",
            'in_plain_words': 'The product id holds a control character, is longer than 256 characters, or '
                ~ 'does not look like an id of the shop.',
            'what_to_do': 'Repair the export that broke the id.',
        },
        'ordered_at_missing': {
            'condition': 'lines.ordered_at is null and '
                ~ also_bought.clean_id('lines.received_ordered_at') ~ ' is null',
            'in_plain_words': 'The line has no order time.',
            'what_to_do': 'Fill it in at the source, or read another column in the staging model.',
        },
        'ordered_at_unreadable': {
            'condition': 'lines.ordered_at is null',
            'in_plain_words': 'The order time is in no format that the staging model declares, or on a day '
                ~ 'that no calendar has.',
            'what_to_do': 'Add the format to parse_timestamp in the staging model, if it cannot be mistaken '
                ~ 'for another.',
        },
        'line_type_unknown': {
            'condition': "lines.line_type not in ('purchase', 'return', 'adjustment')",
            'in_plain_words': 'The source names a type of line other than purchase, return and adjustment.',
            'what_to_do': 'Translate the word in the staging model.',
        },
        'price_adjustment': {
            'condition': "lines.line_type = 'adjustment'",
            'in_plain_words': 'The line corrects an amount of money; no unit was bought or came back.',
            'what_to_do': 'Nothing. If units came back, let the staging model say return.',
        },
        'quantity_missing': {
            'condition': 'lines.quantity is null and '
                ~ also_bought.clean_id('lines.received_quantity') ~ ' is null',
            'in_plain_words': 'The quantity is empty, blank, or a word that means nothing.',
            'what_to_do': 'Fill it in, or say in the staging model what an empty quantity means in that '
                ~ 'table.',
        },
        'quantity_unreadable': {
            'condition': 'lines.quantity is null',
            'in_plain_words': 'The quantity is no whole number of at most 18 digits.',
            'what_to_do': "Repair the export, or translate the table's own way of writing in the staging "
                ~ 'model.',
        },
        'quantity_zero': {
            'condition': 'lines.quantity = 0',
            'in_plain_words': 'Nothing was bought, and nothing came back.',
            'what_to_do': 'Usually nothing: the line was emptied instead of cancelled.',
        },
        'quantity_out_of_range': {
            'condition': 'abs(lines.quantity) > ' ~ also_bought.largest_quantity(),
            'in_plain_words': 'The quantity is beyond the limit of the rule largest_quantity.',
            'what_to_do': 'Correct the line at the source.',
        },
        'unit_price_not_positive': {
            'condition': 'lines.unit_price <= 0 and not lines.is_return',
            'in_plain_words': 'Somebody got the units for nothing.',
            'what_to_do': 'Nothing. If giveaways say something about taste in your shop, override the rule '
                ~ 'line_faults.',
        },
        'order_status_unknown': {
            'condition': 'lines.order_status is null',
            'in_plain_words': 'The source uses a status word that its mapping does not know.',
            'what_to_do': 'Ask what the word means, and add it to map_status in the staging model.',
        },
        'test_order': {
            'condition': also_bought.is_test_order('lines.customer_id', 'lines.product_id'),
            'in_plain_words': 'Somebody tried the shop out, as the id of the customer or the product says '
                ~ '(rule is_test_order).',
            'what_to_do': 'If the id is real, override the rule is_test_order with a pattern of your own.',
        },
        'ordered_at_out_of_range': {
            'condition': "lines.ordered_at < cast('2000-01-01' as " ~ dbt.type_timestamp()
                ~ ') or lines.ordered_at > ' ~ dbt.dateadd('day', 1, also_bought.run_clock()),
            'in_plain_words': 'The order time lies before the year 2000, or more than a day after the run.',
            'what_to_do': 'Correct the date. For a shop that is older than that, override the rule '
                ~ 'line_faults.',
        },
    }) }}
{% endmacro %}
