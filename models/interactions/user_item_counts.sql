with production_history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

user_item_counts as (

    select
        users.user_id,
        items.item_id,
        production_history.order_count,
        production_history.unit_count,
        production_history.first_ordered_at,
        production_history.last_ordered_at
    from production_history
    inner join users on production_history.user_key = users.user_key
    inner join items on production_history.item_key = items.item_key

)

select * from user_item_counts
