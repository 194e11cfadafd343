with cancellations as (

    select
        *,
        case
            when verdict_reason = 'return_matched' and unmatched_return_quantity = 0
                then 'wholly matched'
            when verdict_reason = 'return_matched' then 'partly matched'
            else verdict_reason
        end as fate
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where order_id like 'C%'

)

{{ differing_counts('cancellations', {
    'all': [9288, 'count(*)'],
    'wholly matched': [7396, "count(*) filter (where fate = 'wholly matched')"],
    'partly matched': [55, "count(*) filter (where fate = 'partly matched')"],
    'units of the partly matched': [
        1002, "sum(-quantity) filter (where fate = 'partly matched')"
    ],
    'unmatched units of the partly matched': [
        556, "sum(unmatched_return_quantity) filter (where fate = 'partly matched')"
    ],
    'return_without_purchase': [1054, "count(*) filter (where fate = 'return_without_purchase')"],
    'return_without_purchase in the first month': [
        375,
        "count(*) filter (where fate = 'return_without_purchase' and ordered_at < timestamp '2011-01-01')"
    ],
    'same_line_again': [33, "count(*) filter (where fate = 'same_line_again')"],
    'product_not_merchandise': [367, "count(*) filter (where fate = 'product_not_merchandise')"],
    'customer_id_missing': [383, "count(*) filter (where fate = 'customer_id_missing')"],
}) }}
