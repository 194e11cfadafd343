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
        {%- for window in sales_windows().values() %}
        {{ window.orders }},
        {{ share_of_largest(window.orders) }} as {{ window.signal }},
        {%- endfor %}
        {{ share_of_largest('own_score') }} as own_history,
        {{ share_of_largest('user_vote_score') }} as user_neighbours,
        {{ share_of_largest('item_vote_score') }} as item_neighbours,
        {{ share_of_largest('regression_vote_score') }} as item_regression
    from listed

)

select * from scaled
