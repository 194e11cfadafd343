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

{% if setting('merchandising_rules') -%}
before_rules as (

    select
        user_key,
        list,
        count(*) as row_count
    from {{ ref('also_bought', 'published_ranking') }}
    where rank <= {{ wanted }}
    group by user_key, list

),

{% endif -%}
lists as (

    select
        users.user_id,
        verdicts.list,
        cast({{ wanted }} as {{ dbt.type_int() }}) as wanted_rows,
        cast(coalesce(recommended.row_count, 0) as {{ dbt.type_int() }}) as row_count,
        case
            when coalesce(recommended.row_count, 0) = {{ wanted }} then null
            when verdicts.published_recommender = 'none' then 'nobody_buys_again'
            {%- if setting('merchandising_rules') %}
            when coalesce(recommended.row_count, 0) < before_rules.row_count then 'merchandising_rules'
            {%- endif %}
            else list_definitions.shortfall_reason
        end as shortfall_reason
    from users
    cross join verdicts
    inner join list_definitions on verdicts.list = list_definitions.list
    left join recommended
        on users.user_id = recommended.user_id
        and verdicts.list = recommended.list
    {%- if setting('merchandising_rules') %}
    left join before_rules
        on users.user_key = before_rules.user_key
        and verdicts.list = before_rules.list
    {%- endif %}

)

select * from lists
