-- Units that matched returns bring back are the units that purchases lose, per customer and product. A
-- variant may come back as its parent, so both are one product here.
with lines as (

    select
        customer_id,
        coalesce(parent_product_id, product_id) as product_id,
        case
            when verdict_reason = 'return_matched' then -quantity - unmatched_return_quantity
            else 0
        end as units_sent_back,
        returned_quantity as units_lost
    from {{ ref('also_bought', 'order_line_verdicts') }}

)

select
    customer_id,
    product_id,
    sum(units_sent_back) as units_sent_back,
    sum(units_lost) as units_lost
from lines
group by customer_id, product_id
having sum(units_sent_back) <> sum(units_lost)
