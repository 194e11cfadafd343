-- Fewer new items than the rule asks for are listed only where no more were on sale, or the list is short.
with listed as (

    select
        user_id,
        count(*) as row_count,
        sum(case when own_order_count = 0 then 1 else 0 end) as new_items
    from {{ ref('also_bought', 'user_recommendations') }}
    where list = 'for_you'
    group by user_id

),

explored as (

    select
        user_id,
        row_count
    from {{ ref('also_bought', 'user_recommendation_lists') }}
    where list = 'explore'

)

select
    listed.user_id,
    listed.new_items,
    explored.row_count as items_to_explore
from listed
inner join explored on listed.user_id = explored.user_id
where listed.new_items < least({{ fewest_new_items() }}, explored.row_count)
