with candidates as (

    select * from {{ ref('candidates') }}

),

scaled as (

    select
        cut_key,
        user_key,
        item_key,
        list,
        own_order_count,
        order_count,
        recent_order_count,
        {{ share_of_largest('own_score') }} as own_history,
        {{ share_of_largest('user_vote_score') }} as user_neighbours,
        {{ share_of_largest('item_vote_score') }} as item_neighbours,
        {{ share_of_largest('trend_order_count') }} as trend
    from candidates

)

select * from scaled
