{#- By the recommender that the verdict names, and no other. -#}

{%- set counted = {
    'neighbours': ref('also_bought', 'item_neighbours_by_cut'),
    'plain_neighbours': ref('also_bought', 'plain_item_neighbours_by_cut'),
} %}

with

{%- for name, exact in counted.items() %}
-- The similarity goes with the people who may be counted, so that neither score nor rank tells of one more.
{{ name }} as (

    select
        cut_key,
        item_key,
        neighbour_key,
        {{ counted_people('shared_users') }} as shared_users,
        {{ coarse_score(
            'similarity * (' ~ counted_people('shared_users') ~ ' / cast(shared_users as ' ~ type_double() ~ '))'
        ) }} as similarity
    from {{ exact }}
    where {{ is_production() }} and shared_users >= {{ fewest_people_named() }}

),

{% endfor -%}

popularity as (

    select
        {%- for window in sales_windows().values() %}
        {{ window.rank }},
        {%- endfor %}
        cut_key,
        item_key,
        {{ counted_people('recent_buyer_count') }} as recent_buyer_count
    from {{ ref('also_bought', 'item_popularity') }}
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
        {{ coarse_score('ranked.score') }} as score,
        ranked.strategy,
        cast(ranked.shared_users as {{ dbt.type_int() }}) as shared_users,
        case ranked.strategy
            when 'top_sellers' then 'a top seller'
            when 'category_top_sellers' then 'a top seller of the same category'
            else {{ sentence(
                'bought by {ranked.shared_users} customers or more who also bought {sources.item_name}'
            ) }}
        end as reason
    from ranked
    inner join items as sources on ranked.item_key = sources.item_key
    inner join items as recommended on ranked.listed_key = recommended.item_key

)

select * from item_recommendations
