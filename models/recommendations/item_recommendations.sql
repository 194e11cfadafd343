{%- set wanted = setting('recommendations_per_list') -%}

with neighbours as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}
    where {{ is_production() }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_production() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

ranked as (

    select
        neighbours.item_key,
        neighbours.neighbour_key,
        neighbours.similarity,
        neighbours.shared_users,
        row_number() over (
            partition by neighbours.item_key
            order by
                neighbours.similarity desc,
                popularity.all_time_rank asc,
                neighbours.neighbour_key asc
        ) as rank
    from neighbours
    inner join popularity on neighbours.neighbour_key = popularity.item_key

),

also_bought as (

    select * from ranked
    where rank <= {{ wanted }}

),

rows_counted as (

    select
        items.item_key,
        count(also_bought.rank) as row_count
    from items
    left join also_bought on items.item_key = also_bought.item_key
    group by items.item_key

),

-- One more than is wanted: the item itself may be among them.
top_sellers as (

    select
        item_key,
        recent_rank
    from popularity
    where recent_rank <= {{ wanted }} + 1

),

filled_up as (

    select
        rows_counted.item_key,
        top_sellers.item_key as neighbour_key,
        rows_counted.row_count + row_number() over (
            partition by rows_counted.item_key
            order by top_sellers.recent_rank asc
        ) as rank
    from rows_counted
    inner join top_sellers on rows_counted.item_key <> top_sellers.item_key
    left join also_bought
        on rows_counted.item_key = also_bought.item_key
        and top_sellers.item_key = also_bought.neighbour_key
    where rows_counted.row_count < {{ wanted }} and also_bought.rank is null

),

listed as (

    select
        item_key,
        neighbour_key,
        rank,
        similarity as score,
        'item_neighbours' as strategy,
        shared_users
    from also_bought
    union all
    select
        item_key,
        neighbour_key,
        rank,
        cast(0 as {{ type_double() }}) as score,
        'top_sellers' as strategy,
        cast(null as {{ dbt.type_int() }}) as shared_users
    from filled_up
    where rank <= {{ wanted }}

),

item_recommendations as (

    select
        sources.item_id,
        sources.item_name,
        cast(listed.rank as {{ dbt.type_int() }}) as rank,
        recommended.item_id as recommended_item_id,
        recommended.item_name as recommended_item_name,
        listed.score,
        listed.strategy,
        case when listed.shared_users >= {{ fewest_people_named() }} then listed.shared_users end
            as shared_users,
        case
            when listed.strategy = 'top_sellers' then 'a top seller'
            when listed.shared_users >= {{ fewest_people_named() }}
                then {{ sentence(
                    'bought by {listed.shared_users} customers who also bought {sources.item_name}'
                ) }}
            else {{ sentence('bought by customers who also bought {sources.item_name}') }}
        end as reason
    from listed
    inner join items as sources on listed.item_key = sources.item_key
    inner join items as recommended on listed.neighbour_key = recommended.item_key

)

select * from item_recommendations
