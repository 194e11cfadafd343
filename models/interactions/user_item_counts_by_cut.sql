{#- The counts, as they stood at each cut. -#}

with cuts as (

    select * from {{ built_cuts() }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

orders_at_cuts as (

    select
        cuts.cut_key,
        user_item_orders.*,
        {{ days_between('user_item_orders.ordered_at', 'cuts.cut_at') }} as days_ago
    from user_item_orders
    inner join cuts on user_item_orders.ordered_at < cuts.cut_at

),

orders_numbered as (

    select
        *,
        dense_rank() over (
            partition by cut_key, user_key
            order by cast(ordered_at as date) desc
        ) - 1 as later_order_days
    from orders_at_cuts

),

item_counts as (

    select
        cut_key,
        count(distinct item_key) as item_count
    from orders_at_cuts
    group by cut_key

),

counted as (

    select
        cut_key,
        user_key,
        item_key,
        count(*) as order_count,
        {{ user_weight('count(*)') }} as user_weight,
        count(*) over (partition by cut_key, user_key) as user_item_count,
        cast(sum(unit_count) as {{ dbt.type_bigint() }}) as unit_count,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        {%- for window in sales_windows().values() if window.days %}
        count(case when days_ago <= {{ window.days }} then 1 end) as {{ window.orders }},
        {%- endfor %}
        {{ exact_sum(
            half_life_decay('days_ago', setting('own_half_life_days'))
            ~ ' * ' ~ half_life_decay('later_order_days', setting('own_half_life_orders'))
        ) }} as decayed_order_count,
        -- The last order is the vote, so that no account votes twice. However long ago, it is evidence: at
        -- least one millionth.
        greatest(
            1,
            {{ in_millionths(half_life_decay('min(days_ago)', setting('vote_half_life_days'))) }}
        ) as vote_millionths,
        greatest(
            1,
            {{ in_millionths(exact_sum(half_life_decay(
                'later_order_days', setting('profile_half_life_orders')
            ))) }}
        ) as profile_millionths
    from orders_numbered
    group by cut_key, user_key, item_key

),

history as (

    select
        counted.cut_key,
        counted.user_key,
        counted.item_key,
        counted.order_count,
        counted.user_weight,
        {{ item_weight('counted.user_item_count', 'item_counts.item_count') }} as item_weight,
        counted.unit_count,
        counted.first_ordered_at,
        counted.last_ordered_at,
        {%- for window in sales_windows().values() if window.days %}
        counted.{{ window.orders }},
        {%- endfor %}
        counted.decayed_order_count,
        counted.vote_millionths,
        counted.profile_millionths
    from counted
    inner join item_counts on counted.cut_key = item_counts.cut_key

)

select * from history
