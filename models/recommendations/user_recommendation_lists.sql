{%- set wanted = setting('recommendations_per_list') -%}

with users as (

    select * from {{ ref('also_bought', 'users') }}

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

list_definitions as (

    select * from {{ ref('also_bought', 'list_definitions') }}
    where is_for = 'user'

),

recommended as (

    select
        user_id,
        list,
        count(*) as row_count
    from {{ ref('also_bought', 'user_recommendations') }}
    group by user_id, list

),

lists as (

    select
        users.user_id,
        verdicts.list,
        cast({{ wanted }} as {{ dbt.type_int() }}) as wanted_rows,
        cast(coalesce(recommended.row_count, 0) as {{ dbt.type_int() }}) as row_count,
        case
            when coalesce(recommended.row_count, 0) = {{ wanted }} then null
            when verdicts.published_recommender = 'none' then 'nobody_buys_again'
            else list_definitions.shortfall_reason
        end as shortfall_reason
    from users
    cross join verdicts
    inner join list_definitions on verdicts.list = list_definitions.list
    left join recommended
        on users.user_id = recommended.user_id
        and verdicts.list = recommended.list

)

select * from lists
