{#- What is published, with the evidence that speaks for each row. -#}

with ranking as (

    select * from {{ ref('also_bought', 'published_ranking') }}

),

candidates as (

    select * from {{ ref('also_bought', 'candidates') }} as candidates
    where
        {{ is_production('candidates') }}
        -- Of a join, DuckDB would hold all candidates in memory.
        and exists (
            select 1 from ranking
            where candidates.user_key = ranking.user_key
                and candidates.item_key = ranking.item_key
        )

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

largest_signals as (

    select * from {{ ref('also_bought', 'largest_signals') }}

),

chosen_blends as (

    select * from {{ ref('also_bought', 'chosen_blends') }}

),

list_kinds as (
    {{ list_kinds() }}
),

{{ scaled_signals() }},

weighed as (

    select
        ranking.user_key,
        ranking.list,
        ranking.recommender,
        ranking.rank,
        ranking.item_key,
        ranking.score,
        {%- for kind, its_signals in evidence().items() %}
        {{ weighted_sum(its_signals, 'chosen_blends', 'scaled') }} as {{ kind }}_points,
        {%- endfor %}
        scaled.own_order_count
    from ranking
    inner join scaled
        on ranking.user_key = scaled.user_key
        and ranking.scored_list = scaled.list
        and ranking.item_key = scaled.item_key
    inner join chosen_blends on ranking.scored_list = chosen_blends.list

)

select
    *,
    {{ recommendation_strategy('weighed') }} as strategy
from weighed
