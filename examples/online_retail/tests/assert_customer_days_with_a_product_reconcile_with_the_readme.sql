{#- 383,920 by the data sheet's own cleaning, which stops before returns. This project counts PADS as
    goods (3 more) and Next Day Carriage as postage (79 fewer), and takes off what was sent back (2,563). -#}

with purchases as (

    select
        customer_id,
        product_id,
        cast(timezone('Europe/London', timezone('UTC', ordered_at)) as date) as ordered_on,
        verdict
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where quantity > 0 and verdict in ('kept', 'cancelled')

),

customer_days as (

    select
        customer_id,
        product_id,
        ordered_on,
        max(case when verdict = 'kept' then 1 else 0 end) as is_kept
    from purchases
    group by customer_id, product_id, ordered_on

)

{{ differing_counts('customer_days', {
    'before returns': [383920 + 3 - 79, 'count(*)'],
    'PADS': [3, "count(*) filter (where product_id = 'PADS')"],
    'sent back': [2563, 'count(*) filter (where is_kept = 0)'],
    'after returns': [381281, 'count(*) filter (where is_kept = 1)'],
}) }}
