{#- What users bought in the days after a past cut, collected again: what `targets` should say. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

order_lines as (

    select * from {{ ref('also_bought', 'order_lines') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

given_back as (

    select * from {{ ref('also_bought', 'recounted_returns') }}

),

known_users as (

    select distinct
        cut_key,
        user_key
    from {{ ref('also_bought', 'recounted_purchases') }}

),

purchases as (

    select
        users.user_key,
        items.item_key,
        order_lines.order_id,
        min(order_lines.ordered_at) as ordered_at
    from order_lines
    inner join users on order_lines.customer_id = users.user_id
    inner join items on order_lines.product_id = items.item_id
    group by users.user_key, items.item_key, order_lines.order_id

),

bought_after as (

    select distinct
        cuts.cut_key,
        purchases.user_key,
        purchases.item_key
    from cuts
    inner join purchases
        on {{ is_in_window_after_cut('purchases.ordered_at', 'cuts') }}
    inner join known_users
        on cuts.cut_key = known_users.cut_key
        and purchases.user_key = known_users.user_key
    inner join eligible_items
        on cuts.cut_key = eligible_items.cut_key
        and purchases.item_key = eligible_items.item_key
    left join given_back
        on cuts.cut_key = given_back.cut_key
        and purchases.user_key = given_back.user_key
        and purchases.item_key = given_back.item_key
    where given_back.item_key is null

)

select * from bought_after
