{#- What lists are made from: does it know what nobody could know at the cut? -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_past() }}

),

purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

item_popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_past() }}

),

recounted_popularity as (

    select * from {{ ref('also_bought', 'recounted_popularity') }}

),

recount_differences as (

    select * from {{ ref('also_bought', 'history_differences') }}
    union all
    select * from {{ ref('also_bought', 'signal_differences') }}

),

recounted_eligible_items as (

    select * from {{ ref('also_bought', 'recounted_eligible_items') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_past() }}

),

history_after_cut as (

    select count(*) as found
    from history
    inner join cuts on history.cut_key = cuts.cut_key
    where history.last_ordered_at >= cuts.cut_at

),

history_miscounted as (

    select sum(abs(coalesce(history.order_count, 0) - coalesce(purchases.order_count, 0))) as found
    from history
    full outer join purchases
        on history.cut_key = purchases.cut_key
        and history.user_key = purchases.user_key
        and history.item_key = purchases.item_key

),

popularity_miscounted as (

    select
        sum(
            {%- for window in sales_windows().values() %}
            {{ '+ ' if not loop.first -}}
            abs(item_popularity.{{ window.sales }} - coalesce(recounted_popularity.{{ window.sales }}, 0))
            {%- endfor %}
        ) as found
    from item_popularity
    left join recounted_popularity
        on item_popularity.cut_key = recounted_popularity.cut_key
        and item_popularity.item_key = recounted_popularity.item_key

),

evidence_miscounted as (

    select sum(difference_count) as found
    from recount_differences
    where column_name in ('shared_items', 'shared_users')

),

numbers_miscounted as (

    select
        sum(difference_count) as found,
        {{ joined_text(
            dbt.concat(['model_name', "'.'", 'column_name']),
            ', ', byte_order('model_name') ~ ', ' ~ byte_order('column_name')
        ) }} as at_fault
    from recount_differences
    where difference_count > 0

),

catalogue_of_another_day as (

    select count(*) as found
    from recounted_eligible_items
    full outer join eligible_items
        on recounted_eligible_items.cut_key = eligible_items.cut_key
        and recounted_eligible_items.item_key = eligible_items.item_key
    where recounted_eligible_items.item_key is null or eligible_items.item_key is null

),

findings as (
    {{ counted_leaks([
        'history_after_cut', 'history_miscounted', 'popularity_miscounted', 'evidence_miscounted',
        'catalogue_of_another_day'
    ]) }}
    union all
    select
        'numbers_miscounted',
        'all',
        coalesce(found, 0),
        coalesce(found, 0) > 0,
        at_fault
    from numbers_miscounted

)

select * from findings
