with history as (

    select * from {{ ref('user_item_history') }}

),

user_neighbour_votes as (

    select * from {{ ref('user_neighbour_votes') }}

),

item_neighbour_scores as (

    select * from {{ ref('item_neighbour_scores') }}

),

top_sellers as (

    select * from {{ ref('top_seller_candidates') }}

),

popularity as (

    select * from {{ ref('item_popularity') }}

),

signals as (

    select
        cut_key,
        user_key,
        item_key,
        order_count as own_order_count,
        decayed_order_count as own_score,
        0 as voting_neighbours,
        0.0 as user_neighbour_score,
        0.0 as item_neighbour_score
    from history
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        voting_neighbours,
        user_neighbour_score,
        0.0
    from user_neighbour_votes
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        0,
        0.0,
        item_neighbour_score
    from item_neighbour_scores
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        0,
        0.0,
        0.0
    from top_sellers

),

-- Each signal names a user and item once, so the largest is the only one that is not zero.
candidates as (

    select
        cut_key,
        user_key,
        item_key,
        case when max(own_order_count) > 0 then 'buy_again' else 'explore' end as list,
        max(own_order_count) as own_order_count,
        max(own_score) as own_score,
        max(voting_neighbours) as voting_neighbours,
        max(user_neighbour_score) as user_neighbour_score,
        max(item_neighbour_score) as item_neighbour_score
    from signals
    group by cut_key, user_key, item_key

),

eligible as (

    select
        candidates.*,
        popularity.order_count,
        popularity.recent_order_count
    from candidates
    inner join popularity
        on candidates.cut_key = popularity.cut_key
        and candidates.item_key = popularity.item_key

)

select * from eligible
