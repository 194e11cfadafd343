{#- Enough top sellers for every user to fill any list with new items: a user who knows n items, kept or
    returned, needs at most n more than the list is long. -#}

with known_items as (

    select
        cut_key,
        user_key,
        item_key
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    union all
    select
        cut_key,
        user_key,
        item_key
    from {{ ref('also_bought', 'returned_items') }}

),

users_at_cut as (

    select
        known_items.cut_key,
        known_items.user_key,
        count(*) as item_count
    from known_items
    inner join {{ ref('also_bought', 'list_users') }} as list_users
        on known_items.cut_key = list_users.cut_key
        and known_items.user_key = list_users.user_key
    group by known_items.cut_key, known_items.user_key

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
        least(
            {%- for window in sales_windows().values() %}
            popularity.{{ window.rank }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) <= users_at_cut.item_count + {{ longest_list() }}

),

new_top_sellers as (

    select top_sellers.*
    from top_sellers
    left join known_items
        on top_sellers.cut_key = known_items.cut_key
        and top_sellers.user_key = known_items.user_key
        and top_sellers.item_key = known_items.item_key
    where known_items.item_key is null

)

select * from new_top_sellers
