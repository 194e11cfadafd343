with published as (

    select * from {{ ref('also_bought', 'published_candidates') }}

),

because_items as (

    select * from {{ ref('also_bought', 'because_items') }}

),

voting_neighbours as (

    select * from {{ ref('also_bought', 'voting_neighbours') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

-- A blend gives its score by kinds of evidence; a baseline ranks by one thing only, and a rule needs none.
contributions as (

    {%- for kind in evidence() %}
    select
        user_key,
        list,
        rank,
        item_key,
        own_order_count,
        '{{ kind }}' as strategy,
        strategy as strategy_of_row,
        {{ kind }}_points as contribution
    from published
    where
        {{ is_from_our_blend('recommender') }}
        and strategy <> 'merchandising_rule'
        and ({{ kind }}_points <> 0 or strategy = '{{ kind }}')
    union all
    {%- endfor %}
    select
        user_key,
        list,
        rank,
        item_key,
        own_order_count,
        strategy,
        strategy as strategy_of_row,
        score as contribution
    from published
    where not {{ is_from_our_blend('recommender') }} or strategy = 'merchandising_rule'

),

-- Of equal contributions, first the one that names the row.
numbered as (

    select
        *,
        cast(row_number() over (
            partition by user_key, list, rank
            order by
                contribution desc,
                case when strategy = strategy_of_row then 0 else 1 end,
                {{ byte_order('strategy') }} asc
        ) as {{ dbt.type_int() }}) as reason_rank
    from contributions

),

named as (

    select
        users.user_id,
        numbered.list,
        numbered.rank,
        items.item_id,
        numbered.reason_rank,
        numbered.strategy,
        numbered.strategy_of_row,
        numbered.contribution,
        numbered.own_order_count,
        because.item_id as because_item_id,
        because.item_name as because_item_name,
        voting_neighbours.voting_neighbours,
        voting_neighbours.neighbour_count
    from numbered
    inner join users on numbered.user_key = users.user_key
    inner join items on numbered.item_key = items.item_key
    left join because_items
        on numbered.user_key = because_items.user_key
        and numbered.item_key = because_items.item_key
        and numbered.strategy = because_items.strategy
    left join items as because on because_items.because_item_key = because.item_key
    left join voting_neighbours
        on numbered.user_key = voting_neighbours.user_key
        and numbered.item_key = voting_neighbours.item_key
        and numbered.strategy = 'user_neighbours'

)

select
    user_id,
    list,
    rank,
    item_id,
    reason_rank,
    strategy,
    contribution,
    {{ reason_sentence() }} as reason,
    because_item_id,
    because_item_name,
    voting_neighbours,
    neighbour_count
from named
