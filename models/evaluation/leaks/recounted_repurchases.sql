{#- When users buy an item again, found a second time from the orders before the past cuts, for some: what
    `repurchases_by_cut` should say of them. It reads no model that it checks. -#}
{{ config(enabled=setting('repurchase_intervals')) }}

with cuts as (

    select * from {{ built_cuts() }}
    where {{ is_past() }}

),

orders as (

    select * from {{ ref('also_bought', 'recounted_orders') }}

),

sampled_users as (

    select
        cut_key,
        row_key as user_key
    from {{ ref('also_bought', 'recount_sample') }}
    where kind = 'user'

),

order_days as (

    select
        cuts.cut_key,
        orders.user_key,
        orders.item_key,
        cast(orders.ordered_at as date) as ordered_on
    from cuts
    inner join orders on cuts.cut_at > orders.ordered_at
    group by cuts.cut_key, orders.user_key, orders.item_key, cast(orders.ordered_at as date)

),

{{ repurchases('order_days', 'cuts', 'sampled_users') }}

select * from repurchases
