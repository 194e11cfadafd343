{{ differing_counts(ref('also_bought', 'order_line_verdicts'), {
    'all': [1469307, 'count(*)'],
    'kept': [1441473, "count(*) filter (where verdict = 'kept')"],
    'kept without a price': [
        2228, "count(*) filter (where verdict = 'kept' and unit_price is null)"
    ],
    'quantity_zero': [8869, "count(*) filter (where verdict_reason = 'quantity_zero')"],
    'product_not_in_catalogue': [
        32, "count(*) filter (where verdict_reason = 'product_not_in_catalogue')"
    ],
    'product_not_merchandise': [
        18933, "count(*) filter (where verdict_reason = 'product_not_merchandise')"
    ],
}) }}
