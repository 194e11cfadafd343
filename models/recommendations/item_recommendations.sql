with neighbours as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}
    where cut_key = 0

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where cut_key = 0

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

ranked as (

    select
        neighbours.*,
        row_number() over (
            partition by neighbours.item_key
            order by
                neighbours.similarity desc,
                popularity.all_time_rank asc,
                neighbours.neighbour_key asc
        ) as place
    from neighbours
    inner join popularity on neighbours.neighbour_key = popularity.item_key

),

item_recommendations as (

    select
        sources.item_id,
        sources.item_name,
        cast(ranked.place as {{ dbt.type_int() }}) as rank,
        recommended.item_id as recommended_item_id,
        recommended.item_name as recommended_item_name,
        ranked.similarity as score,
        case when ranked.shared_users >= {{ fewest_people_named() }} then ranked.shared_users end
            as shared_users,
        case
            when ranked.shared_users >= {{ fewest_people_named() }}
                then {{ dbt.concat([
                    "'bought by '", as_text('ranked.shared_users'),
                    "' customers who also bought '", 'sources.item_name'
                ]) }}
            else {{ dbt.concat(["'bought together with '", 'sources.item_name']) }}
        end as reason
    from ranked
    inner join items as sources on ranked.item_key = sources.item_key
    inner join items as recommended on ranked.neighbour_key = recommended.item_key
    where ranked.place <= {{ setting('recommendations_per_list') }}

)

select * from item_recommendations
