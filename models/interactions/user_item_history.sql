{#- The counts, as they stood at each cut. -#}

with cuts as (

    select * from {{ ref('cuts') }}

),

user_item_orders as (

    select * from {{ ref('user_item_orders') }}

),

orders_at_cuts as (

    select
        cuts.cut_key,
        user_item_orders.*,
        {{ days_between('user_item_orders.ordered_at', 'cuts.cut_at') }} as days_ago
    from user_item_orders
    inner join cuts on user_item_orders.ordered_at < cuts.cut_at

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
