{#- What each user with a history really bought in the days after a past cut: the truth that the lists of
    that cut are compared with. -#}

with cuts as (

    select * from {{ ref('cuts') }}
    where cut_key > 0

),

order_lines as (

    select * from {{ ref('order_lines') }}

),

users as (

    select * from {{ ref('users') }}

),

items as (

    select * from {{ ref('items') }}

),

history as (

    select * from {{ ref('user_item_history') }}

),

eligible_items as (

    select * from {{ ref('eligible_items') }}

),

users_at_cut as (

    select distinct
        cut_key,
        user_key
    from history

),

bought_next as (

    select distinct
        cuts.cut_key,
        users.user_key,
        items.item_key
    from cuts
    inner join order_lines
        on cuts.cut_at <= order_lines.ordered_at
        and order_lines.ordered_at
        < {{ dbt.dateadd('day', setting('evaluation_days'), 'cuts.cut_at') }}
    inner join users on order_lines.customer_id = users.user_id
    inner join items on order_lines.product_id = items.item_id

),

targets as (

    select
        bought_next.cut_key,
        bought_next.user_key,
        bought_next.item_key,
        case when history.item_key is null then 'explore' else 'buy_again' end as list
    from bought_next
    inner join users_at_cut
        on bought_next.cut_key = users_at_cut.cut_key
        and bought_next.user_key = users_at_cut.user_key
    inner join eligible_items
        on bought_next.cut_key = eligible_items.cut_key
        and bought_next.item_key = eligible_items.item_key
    left join history
        on bought_next.cut_key = history.cut_key
        and bought_next.user_key = history.user_key
        and bought_next.item_key = history.item_key

)

select * from targets
