-- Fewer new items than the rule asks for are listed only where no more were on sale.
with known_items as (

    select
        user_key,
        item_key
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}
    union
    select
        user_key,
        item_key
    from {{ ref('also_bought', 'returned_items') }}
    where {{ is_production() }}

),

items_on_sale as (

    select item_key
    from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

on_sale as (

    select count(*) as item_count from items_on_sale

),

new_on_sale as (

    select
        buyers.user_id,
        on_sale.item_count - count(items_on_sale.item_key) as item_count
    from known_items
    inner join {{ ref('also_bought', 'users') }} as buyers on known_items.user_key = buyers.user_key
    left join items_on_sale on known_items.item_key = items_on_sale.item_key
    cross join on_sale
    group by buyers.user_id, on_sale.item_count

),

listed as (

    select
        recommendations.user_id,
        recommendations.list,
        sum(case when recommendations.own_order_count = 0 then 1 else 0 end) as new_items
    from {{ ref('also_bought', 'user_recommendations') }} as recommendations
    inner join {{ ref('also_bought', 'list_definitions') }} as definitions
        on recommendations.list = definitions.list
    where definitions.holds_new_items and definitions.holds_bought_items
    group by recommendations.user_id, recommendations.list

)

select
    listed.user_id,
    listed.list,
    listed.new_items,
    new_on_sale.item_count
from listed
inner join new_on_sale on listed.user_id = new_on_sale.user_id
where listed.new_items < least({{ fewest_new_items() }}, new_on_sale.item_count)
