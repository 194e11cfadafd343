with item_returns as (

    select * from {{ ref('also_bought', 'item_returns') }}
    where {{ is_production() }} and returned_count > 0

),

items as (

    select * from {{ ref('also_bought', 'items') }}

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
