with published as (

    select * from {{ ref('also_bought', 'published_candidates') }}

),

reasons as (

    select * from {{ ref('also_bought', 'recommendation_reasons') }}
    where reason_rank = 1

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

user_recommendations as (

    select
        users.user_id,
        published.list,
        published.rank,
        items.item_id,
        items.item_name,
        published.score,
        published.recommender,
        published.strategy,
        reasons.reason,
        reasons.because_item_id,
        reasons.because_item_name,
        reasons.voting_neighbours,
        reasons.neighbour_count,
        cast(published.own_order_count as {{ dbt.type_int() }}) as own_order_count
    from published
    inner join users on published.user_key = users.user_key
    inner join items on published.item_key = items.item_key
    inner join reasons
        on users.user_id = reasons.user_id
        and published.list = reasons.list
        and published.rank = reasons.rank

)

select * from user_recommendations
