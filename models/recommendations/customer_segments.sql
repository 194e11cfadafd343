with bought_items as (

    select
        user_key,
        count(*) as item_count
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}
    group by user_key

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

lists as (

    select * from {{ ref('also_bought', 'user_recommendation_lists') }}

),

segments as (

    select
        users.user_id,
        {{ history_segment('bought_items.item_count') }} as segment
    from bought_items
    inner join users on bought_items.user_key = users.user_key

),

counted as (

    select
        segments.segment,
        lists.list,
        count(*) as user_count,
        count(case when lists.shortfall_reason is null then 1 end) as full_list_count,
        {{ coarse_score('cast(sum(lists.row_count) as ' ~ type_double() ~ ') / count(*)') }} as mean_row_count
    from segments
    inner join lists on segments.user_id = lists.user_id
    group by segments.segment, lists.list
    having count(*) >= {{ fewest_people_named() }}

)

select
    segment,
    list,
    cast({{ counted_people('user_count') }} as {{ dbt.type_bigint() }}) as user_count,
    cast({{ counted_people('full_list_count') }} as {{ dbt.type_bigint() }}) as full_list_count,
    mean_row_count
from counted
