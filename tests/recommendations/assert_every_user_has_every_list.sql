-- The rows of a list are counted again here, and no buyer is without their lists.
with buyers as (

    select distinct customer_id from {{ ref('also_bought', 'order_lines') }}

),

rows_counted as (

    select
        user_id,
        list,
        count(*) as row_count
    from {{ ref('also_bought', 'user_recommendations') }}
    group by user_id, list

),

lists as (

    select
        lists.user_id,
        count(*) as list_count,
        sum(case when coalesce(rows_counted.row_count, 0) = lists.row_count then 0 else 1 end)
            as miscounted_lists
    from {{ ref('also_bought', 'user_recommendation_lists') }} as lists
    left join rows_counted
        on lists.user_id = rows_counted.user_id
        and lists.list = rows_counted.list
    group by lists.user_id

)

select
    buyers.customer_id,
    lists.user_id,
    lists.list_count,
    lists.miscounted_lists
from buyers
full outer join lists on buyers.customer_id = lists.user_id
where
    lists.list_count is distinct from {{ lists() | length }}
    or lists.miscounted_lists <> 0
    or buyers.customer_id is null
