{#- At the reported cut alone, beside the items that users gave. Production is ranked once it is known by
    whom, in item_recommendations. -#}

with neighbours as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}

),

plain_neighbours as (

    select * from {{ ref('also_bought', 'plain_item_neighbours_by_cut') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_reported() }}

),

stale_items as (

    select * from {{ ref('also_bought', 'stale_items') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

catalogue as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

users_items as (

    select * from {{ ref('also_bought', 'given_items') }}

),

given_items as (

    select distinct
        cut_key,
        item_key
    from users_items

),

recommenders as (
    {{ item_list_recommender_rows() }}
),

{{ ranked_item_lists('given_items', 'recommenders', also_bought.evaluated_depths() | max) }}

select
    users_items.cut_key,
    users_items.user_key,
    'with_item' as list,
    ranked.recommender,
    cast(ranked.rank as {{ dbt.type_int() }}) as rank,
    ranked.listed_key as item_key
from users_items
inner join ranked
    on users_items.cut_key = ranked.cut_key
    and users_items.item_key = ranked.item_key
