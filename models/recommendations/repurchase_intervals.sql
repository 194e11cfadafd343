{{ config(enabled=setting('repurchase_intervals')) }}

with repurchases as (

    select * from {{ ref('also_bought', 'repurchases_by_cut') }}
    where {{ is_production() }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

repurchase_intervals as (

    select
        users.user_id,
        items.item_id,
        items.item_name,
        repurchases.last_ordered_on,
        cast(
            {{ dbt.dateadd('day', 'repurchases.interval_days', 'repurchases.last_ordered_on') }} as date
        ) as due_on,
        repurchases.due_again > 0 as is_due,
        repurchases.interval_days,
        {{ coarse_score('repurchases.certainty') }} as certainty,
        cast(repurchases.own_gap_count as {{ dbt.type_int() }}) as own_gap_count,
        repurchases.item_interval_days is not null as is_bought_again_by_others
    from repurchases
    inner join eligible_items on repurchases.item_key = eligible_items.item_key
    inner join users on repurchases.user_key = users.user_key
    inner join items on repurchases.item_key = items.item_key

)

select * from repurchase_intervals
