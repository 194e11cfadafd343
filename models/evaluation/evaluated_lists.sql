with past_lists as (
    {{ past_lists() }}
),

control_lists as (

    select * from {{ ref('also_bought', 'control_lists') }}

),

evaluated_lists as (

    select * from past_lists
    where rank <= {{ also_bought.evaluated_depths() | max }}
    union all
    select
        cut_key,
        user_key,
        list,
        recommender,
        rank,
        item_key
    from control_lists

)

select * from evaluated_lists
