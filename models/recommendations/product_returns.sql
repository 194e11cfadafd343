with item_returns as (

    select * from {{ ref('also_bought', 'item_returns') }}
    where {{ is_production() }} and returned_count > 0

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

bought_by_enough as (

    select item_key
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}
    group by item_key
    having count(*) >= {{ fewest_people_named() }}

)

select
    items.item_id,
    items.item_name,
    item_returns.purchase_count,
    item_returns.returned_count,
    item_returns.returned_share,
    item_returns.returned_low,
    item_returns.returned_high,
    item_returns.is_often_returned
from item_returns
inner join items on item_returns.item_key = items.item_key
inner join bought_by_enough on item_returns.item_key = bought_by_enough.item_key
