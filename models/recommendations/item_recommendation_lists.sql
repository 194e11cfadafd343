{%- set wanted = setting('recommendations_per_list') -%}
{%- set fewest_buyers = [setting('min_shared_users'), fewest_people_named() | int] | max -%}

with items as (

    select * from {{ ref('also_bought', 'items') }}

),

buyers as (

    select
        item_key,
        count(*) as buyer_count
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}
    group by item_key

),

recommended as (

    select
        item_id,
        count(*) as row_count,
        sum(case when strategy = 'item_neighbours' then 1 else 0 end) as also_bought_rows
    from {{ ref('also_bought', 'item_recommendations') }}
    group by item_id

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}
    where list = 'with_item'

),

counted as (

    select
        items.item_id,
        items.item_name,
        buyers.buyer_count,
        cast(coalesce(recommended.row_count, 0) as {{ dbt.type_int() }}) as row_count,
        cast(coalesce(recommended.also_bought_rows, 0) as {{ dbt.type_int() }}) as also_bought_rows
    from items
    inner join buyers on items.item_key = buyers.item_key
    left join recommended on items.item_id = recommended.item_id

),

lists as (

    select
        counted.item_id,
        counted.item_name,
        cast({{ wanted }} as {{ dbt.type_int() }}) as wanted_rows,
        counted.row_count,
        counted.also_bought_rows,
        case
            when counted.also_bought_rows = {{ wanted }} then null
            when counted.row_count < {{ wanted }} then 'few_items_on_sale'
            when verdicts.published_recommender not in ('also_bought', 'plain_cosine')
                then 'top_sellers_published'
            when counted.buyer_count < {{ fewest_buyers }} then 'few_buyers'
            when counted.also_bought_rows = {{ setting('neighbours_per_item') }} then 'few_neighbours_kept'
            else 'few_shared_buyers'
        end as shortfall_reason
    from counted
    cross join verdicts

)

select * from lists
