-- An item has as many rows as there are other items on sale that are still sold, up to the wanted number.
-- No item that was ever bought is without its row.
with sold_now as (

    select eligible_items.item_key
    from {{ ref('also_bought', 'eligible_items') }} as eligible_items
    left join {{ ref('also_bought', 'stale_items') }} as stale_items
        on eligible_items.cut_key = stale_items.cut_key
        and eligible_items.item_key = stale_items.item_key
    where {{ is_production('eligible_items') }} and stale_items.item_key is null

),

items_on_sale as (

    select count(*) as item_count from sold_now

),

bought as (

    select
        items.item_id,
        items_on_sale.item_count - count(sold_now.item_key) as other_items_on_sale
    from {{ ref('also_bought', 'items') }} as items
    cross join items_on_sale
    left join sold_now on items.item_key = sold_now.item_key
    group by items.item_id, items_on_sale.item_count

),

rows_counted as (

    select
        item_id,
        count(*) as row_count,
        sum(case when strategy = 'item_neighbours' then 1 else 0 end) as also_bought_rows
    from {{ ref('also_bought', 'item_recommendations') }}
    group by item_id

)

select
    bought.item_id,
    lists.item_id as listed_item_id,
    lists.row_count,
    lists.also_bought_rows
from bought
full outer join {{ ref('also_bought', 'item_recommendation_lists') }} as lists
    on bought.item_id = lists.item_id
left join rows_counted on lists.item_id = rows_counted.item_id
where
    bought.item_id is null
    or lists.item_id is null
    or lists.row_count <> least(lists.wanted_rows, bought.other_items_on_sale)
    or lists.row_count <> coalesce(rows_counted.row_count, 0)
    or lists.also_bought_rows <> coalesce(rows_counted.also_bought_rows, 0)
