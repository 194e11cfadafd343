with published as (

    select * from {{ ref('published_candidates') }}

),

because_items as (

    select * from {{ ref('because_items') }}

),

neighbours as (

    select * from {{ ref('user_neighbours_by_cut') }}
    where cut_key = 0

),

history as (

    select * from {{ ref('user_item_history') }}
    where cut_key = 0

),

neighbour_counts as (

    select
        user_key,
        count(*) as neighbour_count
    from neighbours
    group by user_key

),

voter_counts as (

    select
        published.user_key,
        published.list,
        published.item_key,
        count(*) as voting_neighbours
    from published
    inner join neighbours on published.user_key = neighbours.user_key
    inner join history
        on neighbours.neighbour_key = history.user_key
        and published.item_key = history.item_key
    group by published.user_key, published.list, published.item_key

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
        published.recommender,
        published.strategy,
        because.item_id as because_item_id,
        because.item_name as because_item_name,
        cast(coalesce(voter_counts.voting_neighbours, 0) as {{ dbt.type_int() }})
            as voting_neighbours,
        cast(coalesce(neighbour_counts.neighbour_count, 0) as {{ dbt.type_int() }})
            as neighbour_count,
        cast(published.own_order_count as {{ dbt.type_int() }}) as own_order_count
    from published
    inner join users on published.user_key = users.user_key
    inner join items on published.item_key = items.item_key
    left join neighbour_counts on published.user_key = neighbour_counts.user_key
    left join voter_counts
        on published.user_key = voter_counts.user_key
        and published.list = voter_counts.list
        and published.item_key = voter_counts.item_key
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
        recommender,
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
