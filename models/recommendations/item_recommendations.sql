{#- By the recommender that the verdict names, and no other. -#}

with neighbours as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}

),

plain_neighbours as (

    select * from {{ ref('also_bought', 'plain_item_neighbours_by_cut') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_production() }}

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

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

recommenders as (
    {{ item_list_recommender_rows() }}
),

published_recommender as (

    select recommenders.*
    from recommenders
    inner join verdicts
        on recommenders.recommender = verdicts.published_recommender
        and verdicts.list = 'with_item'

),

items_today as (

    select
        cuts.cut_key,
        items.item_key
    from {{ ref('also_bought', 'cuts') }} as cuts
    cross join items
    where {{ is_production('cuts') }}

),

{{ ranked_item_lists('items_today', 'published_recommender', setting('recommendations_per_list')) }},

item_recommendations as (

    select
        sources.item_id,
        sources.item_name,
        cast(ranked.rank as {{ dbt.type_int() }}) as rank,
        recommended.item_id as recommended_item_id,
        recommended.item_name as recommended_item_name,
        ranked.score,
        ranked.strategy,
        case when ranked.shared_users >= {{ fewest_people_named() }} then ranked.shared_users end
            as shared_users,
        case
            when ranked.strategy = 'top_sellers' then 'a top seller'
            when ranked.strategy = 'category_top_sellers' then 'a top seller of the same category'
            when ranked.shared_users >= {{ fewest_people_named() }}
                then {{ sentence(
                    'bought by {ranked.shared_users} customers who also bought {sources.item_name}'
                ) }}
            else {{ sentence('bought by customers who also bought {sources.item_name}') }}
        end as reason
    from ranked
    inner join items as sources on ranked.item_key = sources.item_key
    inner join items as recommended on ranked.listed_key = recommended.item_key

)

select * from item_recommendations
