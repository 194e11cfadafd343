{#- What users bought in the days after a past cut, collected again: what `targets` should say. -#}

with cuts as (

    select * from {{ built_cuts() }}
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
    inner join eligible_items
        on cuts.cut_key = eligible_items.cut_key
        and orders.item_key = eligible_items.item_key

),

of_users as (

    select
        bought_after.*,
        'user' as is_for
    from bought_after
    inner join known_users
        on bought_after.cut_key = known_users.cut_key
        and bought_after.user_key = known_users.user_key
    left join given_back
        on bought_after.cut_key = given_back.cut_key
        and bought_after.user_key = given_back.user_key
        and bought_after.item_key = given_back.item_key
    where given_back.item_key is null

),

of_given_items as (

    select
        bought_after.*,
        'item' as is_for
    from bought_after
    inner join {{ ref('also_bought', 'given_items') }} as given_items
        on bought_after.cut_key = given_items.cut_key
        and bought_after.user_key = given_items.user_key
        and bought_after.item_key <> given_items.item_key

)

select * from of_users
union all
select * from of_given_items
