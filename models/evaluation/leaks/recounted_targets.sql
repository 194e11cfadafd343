{#- What users bought in the days after a past cut, collected again: what `targets` should say. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

orders as (

    select * from {{ ref('also_bought', 'recounted_orders') }}

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

bought_after as (

    select distinct
        cuts.cut_key,
        orders.user_key,
        orders.item_key
    from cuts
    inner join orders
        on {{ is_in_window_after_cut('orders.ordered_at', 'cuts') }}
    inner join known_users
        on cuts.cut_key = known_users.cut_key
        and orders.user_key = known_users.user_key
    inner join eligible_items
        on cuts.cut_key = eligible_items.cut_key
        and orders.item_key = eligible_items.item_key
    left join given_back
        on cuts.cut_key = given_back.cut_key
        and orders.user_key = given_back.user_key
        and orders.item_key = given_back.item_key
    where given_back.item_key is null

)

select * from bought_after
