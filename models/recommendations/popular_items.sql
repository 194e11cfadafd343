{%- set listed_ranks = 100 -%}

with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

buyers as (
    {%- for window_name in ['all_time', 'recent'] %}
    {%- set orders = sales_windows()[window_name].orders %}
    select
        '{{ window_name }}' as time_window,
        item_key,
        count(*) as customer_count,
        sum({{ orders }}) as order_count
    from history
    where {{ orders }} > 0
    group by item_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (

    select
        buyers.time_window,
        buyers.item_key,
        {{ counted_people('buyers.customer_count') }} as customer_count,
        buyers.order_count
    from buyers
    inner join eligible_items on buyers.item_key = eligible_items.item_key
    where buyers.customer_count >= {{ fewest_people_named() }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by time_window
            order by customer_count desc, item_key asc
        ) as rank
    from counted

),

popular_items as (

    select
        ranked.time_window,
        cast(ranked.rank as {{ dbt.type_int() }}) as rank,
        items.item_id,
        items.item_name,
        cast(ranked.customer_count as {{ dbt.type_bigint() }}) as customer_count,
        cast(ranked.order_count as {{ dbt.type_bigint() }}) as order_count
    from ranked
    inner join items on ranked.item_key = items.item_key
    where ranked.rank <= {{ listed_ranks }}

)

select * from popular_items
