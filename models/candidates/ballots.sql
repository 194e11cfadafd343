{#- What each voter votes for, among the items that may be recommended at the cut. -#}

with popularity as (

    select
        cut_key,
        item_key
    from {{ ref('also_bought', 'item_popularity') }}

),

bought_items as (

    select history.*
    from {{ ref('also_bought', 'user_item_counts_by_cut') }} as history
    inner join popularity
        on history.cut_key = popularity.cut_key
        and history.item_key = popularity.item_key

),

neighbouring_items as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}

),

predicted_items as (

    select regression.*
    from {{ ref('also_bought', 'item_regression_' ~ neighbours_engine()) }} as regression
    inner join popularity
        on regression.cut_key = popularity.cut_key
        and regression.item_key = popularity.item_key

),

ballots as (

    select
        cut_key,
        'user_neighbours' as signal,
        user_key as voter_key,
        item_key,
        vote_millionths as strength
    from bought_items
    union all
    select
        cut_key,
        'item_neighbours' as signal,
        item_key as voter_key,
        neighbour_key as item_key,
        similarity_millionths as strength
    from neighbouring_items
    union all
    select
        cut_key,
        'item_regression' as signal,
        predictor_key as voter_key,
        item_key,
        weight_millionths as strength
    from predicted_items

)

select * from ballots
