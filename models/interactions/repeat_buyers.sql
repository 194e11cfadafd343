with production_history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}

),

users as (

    select
        user_key,
        max(order_count) as most_orders_of_an_item,
        min(first_ordered_at) < max(last_ordered_at) as has_come_back
    from production_history
    group by user_key

)

select
    count(*) as user_count,
    count(case when has_come_back then 1 end) as buyer_count,
    count(case when has_come_back and most_orders_of_an_item > 1 then 1 end) as repeat_buyer_count
from users
