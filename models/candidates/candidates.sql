with history as (

    select history.*
    from {{ ref('also_bought', 'user_item_history') }} as history
    inner join {{ ref('also_bought', 'list_users') }} as list_users
        on history.cut_key = list_users.cut_key
        and history.user_key = list_users.user_key

),

user_votes as (

    select * from {{ ref('also_bought', 'user_votes_' ~ neighbours_engine()) }}

),

item_votes as (

    select * from {{ ref('also_bought', 'item_votes_' ~ neighbours_engine()) }}

),

regression_votes as (

    select * from {{ ref('also_bought', 'regression_votes_' ~ neighbours_engine()) }}

),

top_sellers as (

    select * from {{ ref('also_bought', 'top_seller_candidates') }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

signals as (

    select
        cut_key,
        user_key,
        item_key,
        order_count as own_order_count,
        decayed_order_count as own_score,
        0 as user_vote_score,
        0 as item_vote_score,
        0 as regression_vote_score
    from history
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        vote_score,
        0,
        0
    from user_votes
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        0,
        vote_score,
        0
    from item_votes
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        0,
        0,
        vote_score
    from regression_votes
    union all
    select
        cut_key,
        user_key,
        item_key,
        0,
        0.0,
        0,
        0,
        0
    from top_sellers

),

-- Each signal names a user and item once, so the largest is the only one that is not zero.
candidates as (

    select
        cut_key,
        user_key,
        item_key,
        max(own_order_count) > 0 as is_bought,
        max(own_order_count) as own_order_count,
        max(own_score) as own_score,
        max(user_vote_score) as user_vote_score,
        max(item_vote_score) as item_vote_score,
        max(regression_vote_score) as regression_vote_score
    from signals
    group by cut_key, user_key, item_key

),

eligible as (

    select
        {%- for window in sales_windows().values() %}
        popularity.{{ window.orders }},
        {%- endfor %}
        candidates.*
    from candidates
    inner join popularity
        on candidates.cut_key = popularity.cut_key
        and candidates.item_key = popularity.item_key
    left join returned_items
        on candidates.cut_key = returned_items.cut_key
        and candidates.user_key = returned_items.user_key
        and candidates.item_key = returned_items.item_key
    where returned_items.item_key is null

)

select * from eligible
