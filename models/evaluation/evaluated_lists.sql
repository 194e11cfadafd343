with ranked_candidates as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}
    where rank <= {{ also_bought.evaluated_depths() | max }}

),

control_lists as (

    select * from {{ ref('also_bought', 'control_lists') }}

)

select
    cut_key,
    user_key,
    list,
    recommender,
    rank,
    item_key
from ranked_candidates
union all
select
    cut_key,
    user_key,
    list,
    recommender,
    rank,
    item_key
from control_lists
