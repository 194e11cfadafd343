{#- Do candidates and lists of past cuts hold what they could not? -#}

with past_lists as (
    {{ past_lists() }}
),

purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

recounted_popularity as (

    select * from {{ ref('also_bought', 'recounted_popularity') }}

),

given_back as (

    select * from {{ ref('also_bought', 'recounted_returns') }}

),

item_popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_past() }}

),

candidates as (

    select * from {{ ref('also_bought', 'candidates') }}
    where {{ is_past() }}

),

users_judged as (

    select distinct
        cut_key,
        user_key
    from {{ ref('also_bought', 'targets') }}
    where list <> 'with_item'

),

known_items as (

    select distinct
        cut_key,
        item_key
    from purchases

),

known_users as (

    select distinct
        cut_key,
        user_key
    from purchases

),

candidates_unknown as (

    select count(*) as found
    from candidates
    left join known_users
        on candidates.cut_key = known_users.cut_key
        and candidates.user_key = known_users.user_key
    left join recounted_popularity
        on candidates.cut_key = recounted_popularity.cut_key
        and candidates.item_key = recounted_popularity.item_key
    where known_users.user_key is null or recounted_popularity.item_key is null

),

catalogue_sampled as (

    select count(*) as found
    from users_judged
    inner join item_popularity
        on users_judged.cut_key = item_popularity.cut_key
        and item_popularity.all_time_rank <= {{ setting('evaluated_ranks') }}
    left join candidates
        on users_judged.cut_key = candidates.cut_key
        and users_judged.user_key = candidates.user_key
        and item_popularity.item_key = candidates.item_key
    left join given_back
        on users_judged.cut_key = given_back.cut_key
        and users_judged.user_key = given_back.user_key
        and item_popularity.item_key = given_back.item_key
    where candidates.item_key is null and given_back.item_key is null

),

unknown_items_listed as (

    select count(*) as found
    from past_lists
    left join known_items
        on past_lists.cut_key = known_items.cut_key
        and past_lists.item_key = known_items.item_key
    where known_items.item_key is null

),

bought_items_explored as (

    select count(*) as found
    from past_lists
    inner join purchases
        on past_lists.cut_key = purchases.cut_key
        and past_lists.user_key = purchases.user_key
        and past_lists.item_key = purchases.item_key
    where past_lists.list in ({{ list_names(['bought', 'due'], holding=false) }})

),

returned_items_listed as (

    select count(*) as found
    from past_lists
    inner join given_back
        on past_lists.cut_key = given_back.cut_key
        and past_lists.user_key = given_back.user_key
        and past_lists.item_key = given_back.item_key
    -- What stands beside an item is the same for all.
    where past_lists.list <> 'with_item'

),

findings as (
    {{ counted_leaks([
        'candidates_unknown', 'catalogue_sampled', 'unknown_items_listed', 'bought_items_explored',
        'returned_items_listed'
    ]) }}
)

select * from findings
