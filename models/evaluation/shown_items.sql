with judged as (

    select distinct
        cut_key,
        user_key,
        list
    from {{ ref('also_bought', 'targets') }}

),

lists as (

    select * from {{ ref('also_bought', 'evaluated_lists') }}

),

-- Of a control it is known how it must do, and not asked what it shows.
recommenders as (

    select * from {{ ref('also_bought', 'recommender_definitions') }}
    where role <> 'control'

),

depths as (
    {{ depth_rows() }}
)

select
    lists.cut_key,
    lists.user_key,
    lists.list,
    lists.recommender,
    depths.evaluated_ranks,
    lists.item_key
from lists
inner join judged
    on lists.cut_key = judged.cut_key
    and lists.user_key = judged.user_key
    and lists.list = judged.list
inner join recommenders
    on lists.list = recommenders.list
    and lists.recommender = recommenders.recommender
inner join depths on lists.rank <= depths.evaluated_ranks
