-- Floats add up in whatever order they come: the bound is a billionth.
with summed as (

    select
        user_id,
        list,
        rank,
        item_id,
        sum(contribution) as total
    from {{ ref('also_bought', 'recommendation_reasons') }}
    group by user_id, list, rank, item_id

)

select
    recommendations.user_id,
    recommendations.list,
    recommendations.rank,
    recommendations.score,
    summed.total
from {{ ref('also_bought', 'user_recommendations') }} as recommendations
full outer join summed
    on recommendations.user_id = summed.user_id
    and recommendations.list = summed.list
    and recommendations.rank = summed.rank
    and recommendations.item_id = summed.item_id
where
    recommendations.user_id is null
    or summed.user_id is null
    or abs(recommendations.score - summed.total) > 0.000000001
