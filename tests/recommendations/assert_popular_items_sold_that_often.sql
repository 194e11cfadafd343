-- What sells best is counted here once more, from what each customer bought.
with sold as (

    select
        item_id,
        sum(order_count) as order_count
    from {{ ref('also_bought', 'user_item_counts') }}
    group by item_id

)

select
    popular.time_window,
    popular.item_id,
    popular.order_count,
    sold.order_count as sold_in_orders
from {{ ref('also_bought', 'popular_items') }} as popular
left join sold on popular.item_id = sold.item_id
where
    sold.item_id is null
    or popular.order_count > sold.order_count
