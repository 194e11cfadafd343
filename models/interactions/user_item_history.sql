{#- The counts, as they stood at each cut. One order with an item counts once, whatever its lines and
    units: in real data one line of fuel has 89,638 units. -#}

with cuts as (

    select * from {{ ref('cuts') }}

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

orders_with_item as (

    select
        users.user_key,
        items.item_key,
        order_lines.order_id,
        sum(order_lines.net_quantity) as unit_count,
        min(order_lines.ordered_at) as ordered_at
    from order_lines
    inner join users on order_lines.customer_id = users.user_id
    inner join items on order_lines.product_id = items.item_id
    group by users.user_key, items.item_key, order_lines.order_id

),

orders_at_cuts as (

    select
        cuts.cut_key,
        orders_with_item.*,
        {{ days_between('orders_with_item.ordered_at', 'cuts.cut_at') }} as days_ago
    from orders_with_item
    inner join cuts on orders_with_item.ordered_at < cuts.cut_at

),

history as (

    select
        cut_key,
        user_key,
        item_key,
        count(*) as order_count,
        {{ user_weight('count(*)') }} as user_weight,
        {{ item_weight('count(*)') }} as item_weight,
        cast(sum(unit_count) as {{ dbt.type_bigint() }}) as unit_count,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        count(case when days_ago <= {{ setting('recent_days') }} then 1 end) as recent_order_count,
        count(case when days_ago <= {{ setting('trend_days') }} then 1 end) as trend_order_count,
        {{ exact_sum(half_life_decay('days_ago', setting('own_half_life_days'))) }}
            as decayed_order_count,
        -- However long ago, a purchase is evidence: at least one millionth.
        greatest(
            1,
            {{ in_millionths(exact_sum(half_life_decay('days_ago', setting('vote_half_life_days')))) }}
        ) as vote_millionths
    from orders_at_cuts
    group by cut_key, user_key, item_key

)

select * from history
