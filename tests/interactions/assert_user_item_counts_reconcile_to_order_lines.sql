-- Counted from the order lines once more, in another way: pairs of order and product, and units.
with from_lines as (

    select
        customer_id,
        count(distinct {{ dbt.concat(['order_id', "'|'", 'product_id']) }}) as order_count,
        sum(net_quantity) as unit_count
    from {{ ref('also_bought', 'order_lines') }}
    group by customer_id

),

from_counts as (

    select
        user_id,
        sum(order_count) as order_count,
        sum(unit_count) as unit_count
    from {{ ref('also_bought', 'user_item_counts') }}
    group by user_id

)

select
    from_lines.customer_id,
    from_counts.user_id,
    from_lines.order_count as orders_in_lines,
    from_counts.order_count as orders_in_counts
from from_lines
full outer join from_counts on from_lines.customer_id = from_counts.user_id
where
    from_lines.order_count is distinct from from_counts.order_count
    or from_lines.unit_count is distinct from from_counts.unit_count
