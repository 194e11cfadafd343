with published as (

    select * from {{ ref('published_candidates') }}

),

because_items as (

    select * from {{ ref('because_items') }}

),

neighbour_counts as (

    select
        user_key,
        count(*) as neighbour_count
    from {{ ref('user_neighbours_by_cut') }}
    where cut_key = 0
    group by user_key

),

users as (

    select * from {{ ref('users') }}

),

items as (

    select * from {{ ref('items') }}

),

named as (

    select
        users.user_id,
        published.list,
        published.rank,
        items.item_id,
        items.item_name,
        published.score,
        published.strategy,
        because.item_id as because_item_id,
        because.item_name as because_item_name,
        cast(published.voting_neighbours as {{ dbt.type_int() }}) as voting_neighbours,
        cast(coalesce(neighbour_counts.neighbour_count, 0) as {{ dbt.type_int() }})
            as neighbour_count,
        cast(published.own_order_count as {{ dbt.type_int() }}) as own_order_count
    from published
    inner join users on published.user_key = users.user_key
    inner join items on published.item_key = items.item_key
    left join neighbour_counts on published.user_key = neighbour_counts.user_key
    left join because_items
        on published.user_key = because_items.user_key
        and published.item_key = because_items.item_key
    left join items as because on because_items.because_item_key = because.item_key

),

explained as (

    select
        user_id,
        list,
        rank,
        item_id,
        item_name,
        score,
        strategy,
        {{ reason_sentence() }} as reason,
        because_item_id,
        because_item_name,
        voting_neighbours,
        neighbour_count,
        own_order_count
    from named

)

select * from explained
