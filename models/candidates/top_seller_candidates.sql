{#- Enough top sellers for every user to fill any list: a user who bought n products needs at most n more
    than the list is long. -#}

with users_at_cut as (

    select
        history.cut_key,
        history.user_key,
        count(*) as bought_items
    from {{ ref('also_bought', 'user_item_history') }} as history
    inner join {{ ref('also_bought', 'list_users') }} as list_users
        on history.cut_key = list_users.cut_key
        and history.user_key = list_users.user_key
    group by history.cut_key, history.user_key

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

top_sellers as (

    select
        users_at_cut.cut_key,
        users_at_cut.user_key,
        popularity.item_key
    from users_at_cut
    inner join popularity on users_at_cut.cut_key = popularity.cut_key
    where
        popularity.all_time_rank <= users_at_cut.bought_items + {{ longest_list() }}
        or popularity.recent_rank <= users_at_cut.bought_items + {{ longest_list() }}

)

select * from top_sellers
