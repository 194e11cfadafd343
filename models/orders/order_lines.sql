{{ config(pre_hook="{{ also_bought.stop_on_checks(ref('also_bought', 'order_checks')) }}") }}

with verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

),

products as (

    select * from {{ ref('also_bought', 'products') }}

),

kept as (

    select
        verdicts.received_line_id,
        verdicts.order_source,
        verdicts.order_id,
        verdicts.customer_id,
        coalesce(products.parent_product_id, verdicts.product_id) as product_id,
        verdicts.product_id as ordered_product_id,
        verdicts.quantity as ordered_quantity,
        verdicts.returned_quantity,
        verdicts.quantity - verdicts.returned_quantity as net_quantity,
        verdicts.unit_price,
        verdicts.ordered_at,
        verdicts.received_copies
    from verdicts
    left join products on verdicts.product_id = products.product_id
    where verdicts.verdict = 'kept'

)

select * from kept
