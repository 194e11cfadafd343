with candidates as (

    select * from {{ ref('also_bought', 'candidates') }}

),

list_kinds as (
    {{ list_kinds() }}
),

listed as (

    select
        candidates.*,
        list_kinds.list
    from candidates
    inner join list_kinds on candidates.is_bought = list_kinds.is_bought

),

scaled as (

    select
        cut_key,
        user_key,
        item_key,
        list,
        own_order_count,
        order_count,
        recent_order_count,
        {{ share_of_largest('own_score') }} as own_history,
        {{ share_of_largest('user_vote_score') }} as user_neighbours,
        {{ share_of_largest('item_vote_score') }} as item_neighbours,
        {{ share_of_largest('regression_vote_score') }} as item_regression,
        {{ share_of_largest('week_order_count') }} as sold_in_week,
        {{ share_of_largest('fortnight_order_count') }} as sold_in_fortnight,
        {{ share_of_largest('recent_order_count') }} as sold_recently,
        {{ share_of_largest('order_count') }} as sold_ever
    from listed

)

select * from scaled
