{#- What each user with a history really bought in the days after a past cut: the truth that the lists of
    that cut are compared with. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

list_kinds as (
    {{ list_kinds() }}
),

bought_next as (

    select
        cuts.cut_key,
        user_item_orders.user_key,
        user_item_orders.item_key,
        min(cast(user_item_orders.ordered_at as date)) as bought_on
    from cuts
    inner join user_item_orders
        on {{ is_in_window_after_cut('user_item_orders.ordered_at', 'cuts') }}
    group by cuts.cut_key, user_item_orders.user_key, user_item_orders.item_key

),

next_days as (

    select
        *,
        min(bought_on) over (partition by cut_key, user_key) as next_bought_on
    from bought_next

),

targets as (

    select
        next_days.cut_key,
        next_days.user_key,
        next_days.item_key,
        list_kinds.list,
        next_days.bought_on = next_days.next_bought_on as is_in_next_basket
    from next_days
    inner join list_users
        on next_days.cut_key = list_users.cut_key
        and next_days.user_key = list_users.user_key
    inner join eligible_items
        on next_days.cut_key = eligible_items.cut_key
        and next_days.item_key = eligible_items.item_key
    left join history
        on next_days.cut_key = history.cut_key
        and next_days.user_key = history.user_key
        and next_days.item_key = history.item_key
    left join returned_items
        on next_days.cut_key = returned_items.cut_key
        and next_days.user_key = returned_items.user_key
        and next_days.item_key = returned_items.item_key
    {%- if event_signals() %}
    left join {{ ref('also_bought', 'seen_items') }} as seen_items
        on next_days.cut_key = seen_items.cut_key
        and next_days.user_key = seen_items.user_key
        and next_days.item_key = seen_items.item_key
    {%- endif %}
    inner join list_kinds
        on {{ is_held_by_list(
            'list_kinds', '(history.item_key is not null)', 'seen_items.item_key is not null'
        ) }}
    -- No list may show it.
    where returned_items.item_key is null

)

select * from targets
