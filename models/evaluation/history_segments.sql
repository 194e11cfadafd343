with past_history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_past() }}

),

given_items as (

    select * from {{ ref('also_bought', 'given_items') }}

),

counted as (

    select
        cut_key,
        user_key,
        count(*) as item_count
    from past_history
    group by cut_key, user_key

)

-- Who gave an item may be new.
select
    cut_key,
    user_key,
    'all' as segment
from counted
union distinct
select
    cut_key,
    user_key,
    'all' as segment
from given_items
union all
select
    cut_key,
    user_key,
    {{ history_segment('item_count') }} as segment
from counted
