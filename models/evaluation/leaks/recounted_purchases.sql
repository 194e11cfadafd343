{#- The history at the past cuts, counted a second time and from the orders alone: what
    `user_item_counts_by_cut` should say. It reads no model that it checks. -#}

with cuts as (

    select * from {{ built_cuts() }}
    where {{ is_past() }}

),

orders as (

    select * from {{ ref('also_bought', 'recounted_orders') }}

),

-- A user's days with an order bear numbers, so that a difference of two says how many came between.
numbered as (

    select
        *,
        dense_rank() over (partition by user_key order by cast(ordered_at as date)) as order_day
    from orders

),

before_cuts as (

    select
        cuts.cut_key,
        numbered.*,
        max(numbered.order_day) over (partition by cuts.cut_key, numbered.user_key) - numbered.order_day
            as later_order_days,
        {{ days_between('numbered.ordered_at', 'cuts.cut_at') }} as days_ago
    from cuts
    inner join numbered on cuts.cut_at > numbered.ordered_at

),

item_counts as (

    select
        cut_key,
        count(distinct item_key) as item_count
    from before_cuts
    group by cut_key

),

counted as (

    select
        cut_key,
        user_key,
        item_key,
        count(*) as order_count,
        count(*) over (partition by cut_key, user_key) as user_item_count,
        sum(unit_count) as unit_count,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        {%- for window in sales_windows().values() if window.days %}
        count(case when days_ago <= {{ window.days }} then 1 end) as {{ window.orders }},
        {%- endfor %}
        {{ exact_sum(
            half_life_decay('days_ago', setting('own_half_life_days'))
            ~ ' * ' ~ half_life_decay('later_order_days', setting('own_half_life_orders'))
        ) }} as decayed_order_count,
        {{ half_life_decay('min(days_ago)', setting('vote_half_life_days')) }} as vote_strength,
        {{ exact_sum(half_life_decay('later_order_days', setting('profile_half_life_orders'))) }}
            as profile_strength
    from before_cuts
    group by cut_key, user_key, item_key

)

select
    counted.cut_key,
    counted.user_key,
    counted.item_key,
    counted.order_count,
    {{ user_weight('counted.order_count') }} as user_weight,
    {{ item_weight('counted.user_item_count', 'item_counts.item_count') }} as item_weight,
    cast(counted.unit_count as {{ dbt.type_bigint() }}) as unit_count,
    counted.first_ordered_at,
    counted.last_ordered_at,
    {%- for window in sales_windows().values() if window.days %}
    counted.{{ window.orders }},
    {%- endfor %}
    counted.decayed_order_count,
    greatest(1, {{ in_millionths('counted.vote_strength') }}) as vote_millionths,
    greatest(1, {{ in_millionths('counted.profile_strength') }}) as profile_millionths
from counted
inner join item_counts on counted.cut_key = item_counts.cut_key
