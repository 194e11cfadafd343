{#- When each user buys an item again, as it was known at each cut. -#}
{{ config(enabled=setting('repurchase_intervals')) }}

with cuts as (

    select * from {{ built_cuts() }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

order_days as (

    select distinct
        cuts.cut_key,
        user_item_orders.user_key,
        user_item_orders.item_key,
        cast(user_item_orders.ordered_at as date) as ordered_on
    from user_item_orders
    inner join cuts on user_item_orders.ordered_at < cuts.cut_at

),

{{ repurchases('order_days', 'cuts', 'list_users') }}

select * from repurchases
