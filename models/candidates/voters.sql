{#- Who votes for what a user may want: similar users, or the user's own items. -#}

with history as (

    select history.*
    from {{ ref('also_bought', 'user_item_counts_by_cut') }} as history
    inner join {{ ref('also_bought', 'list_users') }} as list_users
        on history.cut_key = list_users.cut_key
        and history.user_key = list_users.user_key

),

similar_users as (

    select neighbours.*
    from {{ ref('also_bought', 'user_neighbours_by_cut') }} as neighbours
    inner join {{ ref('also_bought', 'list_users') }} as list_users
        on neighbours.cut_key = list_users.cut_key
        and neighbours.user_key = list_users.user_key

),

voters as (

    select
        cut_key,
        'user_neighbours' as signal,
        user_key,
        neighbour_key as voter_key,
        similarity_millionths as strength
    from similar_users
    union all
    -- Items of the latest orders count most.
    select
        cut_key,
        'item_neighbours' as signal,
        user_key,
        item_key as voter_key,
        profile_millionths as strength
    from history
    union all
    -- Each item counts once: so the regression was fitted.
    select
        cut_key,
        'item_regression' as signal,
        user_key,
        item_key as voter_key,
        1 as strength
    from history

)

select * from voters
