{{ config(pre_hook="{{ also_bought.stop_on_checks(ref('also_bought', 'order_checks')) }}") }}

with verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

),

kept as (

    select
        received_line_id,
        order_source,
        order_id,
        customer_id,
        coalesce(parent_product_id, product_id) as product_id,
        product_id as ordered_product_id,
        quantity as ordered_quantity,
        returned_quantity,
        quantity - returned_quantity as net_quantity,
        unit_price,
        ordered_at,
        received_copies
    from verdicts
    where verdict = 'kept'

)

select * from kept
