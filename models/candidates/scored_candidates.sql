with candidates as (

    select * from {{ ref('candidates') }}

),

blends as (

    select * from {{ ref('blends') }}

),

scaled as (

    select
        *,
        {{ share_of_largest('own_score') }} as own_history,
        {{ share_of_largest('user_vote_score') }} as user_neighbours,
        {{ share_of_largest('item_vote_score') }} as item_neighbours,
        {{ share_of_largest('trend_order_count') }} as trend
    from candidates

),

weighed as (

    select
        scaled.cut_key,
        scaled.user_key,
        scaled.item_key,
        scaled.list,
        scaled.own_order_count,
        scaled.order_count,
        scaled.recent_order_count,
        blends.own_history * scaled.own_history as own_history_points,
        blends.user_neighbours * scaled.user_neighbours as user_neighbour_points,
        blends.item_neighbours * scaled.item_neighbours as item_neighbour_points,
        blends.trend * scaled.trend as trend_points
    from scaled
    inner join blends on scaled.list = blends.list

),

scored as (

    select
        *,
        own_history_points + user_neighbour_points + item_neighbour_points + trend_points
            as blended_score
    from weighed

)

select * from scored
