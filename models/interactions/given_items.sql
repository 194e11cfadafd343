{#- Whoever looks at an item is shown a list beside it. So each user who bought something after the reported
    cut gives one item of their first basket. The list beside it is judged by all else that they bought. One item
    a user: the interval counts users, however much each of them bought. -#}

with purchases as (

    select * from {{ ref('also_bought', 'purchases_after_cut') }}
    where {{ is_reported() }}

),

known_items as (

    select distinct
        cut_key,
        item_key
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_reported() }}

),

drawn as (

    select
        purchases.cut_key,
        purchases.user_key,
        purchases.item_key,
        row_number() over (
            partition by purchases.cut_key, purchases.user_key
            order by
                {{ dbt.hash(text_of_columns(['purchases.user_key', 'purchases.item_key'])) }},
                purchases.item_key
        ) as draw
    from purchases
    inner join known_items
        on purchases.cut_key = known_items.cut_key
        and purchases.item_key = known_items.item_key
    where purchases.is_in_next_basket

)

select
    cut_key,
    user_key,
    item_key
from drawn
where draw = 1
