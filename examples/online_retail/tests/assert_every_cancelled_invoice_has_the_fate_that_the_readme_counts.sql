{#- By invoice: a line that repeats another, or that is no merchandise, does not change what the rest
    of its invoice came to. -#}

with cancellations as (

    select
        order_id,
        count(*) as line_count,
        count(*) filter (where verdict_reason = 'customer_id_missing') as nameless_lines,
        count(*) filter (where verdict_reason = 'product_not_merchandise') as other_lines,
        count(*) filter (where verdict = 'duplicate') as repeated_lines,
        count(*) filter (where verdict = 'cancelled') as matched_lines,
        count(*) filter (where verdict = 'cancelled' and unmatched_return_quantity = 0)
            as wholly_matched_lines
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where order_id like 'C%'
    group by order_id

),

judged as (

    select
        case
            when nameless_lines = line_count then 'no customer'
            when other_lines = line_count then 'no merchandise'
            when wholly_matched_lines + repeated_lines + other_lines = line_count then 'all found'
            when matched_lines > 0 then 'some found'
            else 'none found'
        end as fate
    from cancellations

)

{{ differing_counts('judged', {
    'all': [3836, 'count(*)'],
    'all found': [2849, "count(*) filter (where fate = 'all found')"],
    'some found': [218, "count(*) filter (where fate = 'some found')"],
    'none found': [315, "count(*) filter (where fate = 'none found')"],
    'no merchandise': [272, "count(*) filter (where fate = 'no merchandise')"],
    'no customer': [182, "count(*) filter (where fate = 'no customer')"],
}) }}
