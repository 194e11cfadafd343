{%- set listed_ranks = 100 -%}
{%- set windows = {'all_time': 'order_count', 'recent': 'recent_order_count'} -%}

with popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_production() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

windows as (

    {%- for window_name, order_count in windows.items() %}
    select
        '{{ window_name }}' as time_window,
        item_key,
        {{ window_name }}_rank as rank,
        {{ order_count }} as order_count
    from popularity
    where {{ order_count }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

popular_items as (

    select
        windows.time_window,
        windows.rank,
        items.item_id,
        items.item_name,
        windows.order_count
    from windows
    inner join items on windows.item_key = items.item_key
    where windows.rank <= {{ listed_ranks }}

)

select * from popular_items
