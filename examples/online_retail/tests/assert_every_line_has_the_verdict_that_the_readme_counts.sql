{{ differing_counts(ref('also_bought', 'order_line_verdicts'), {
    'all': [541909, 'count(*)'],
    'kept': [388319, "count(*) filter (where verdict = 'kept')"],
    'kept, a part sent back': [
        4566, "count(*) filter (where verdict = 'kept' and returned_quantity > 0)"
    ],
    'customers with a kept line': [
        4323, "count(distinct customer_id) filter (where verdict = 'kept')"
    ],
    'products with a kept line': [3645, "count(distinct product_id) filter (where verdict = 'kept')"],
    'same_line_again': [
        5227, "count(*) filter (where verdict = 'duplicate' and verdict_reason = 'same_line_again')"
    ],
    'return_matched': [7451, "count(*) filter (where verdict_reason = 'return_matched')"],
    'fully_returned': [2753, "count(*) filter (where verdict_reason = 'fully_returned')"],
    'customer_id_missing': [135080, "count(*) filter (where verdict_reason = 'customer_id_missing')"],
    'unit_price_not_positive': [
        40, "count(*) filter (where verdict_reason = 'unit_price_not_positive')"
    ],
    'product_not_merchandise': [
        1985, "count(*) filter (where verdict_reason = 'product_not_merchandise')"
    ],
    'return_without_purchase': [
        1054, "count(*) filter (where verdict_reason = 'return_without_purchase')"
    ],
}) }}
