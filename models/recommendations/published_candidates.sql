{#- What is published, with the evidence that speaks for each row. -#}

with ranking as (

    select * from {{ published_lists() }}

),

candidates as (

    select
        candidates.cut_key,
        candidates.signal,
        candidates.user_key,
        candidates.item_key,
        candidates.is_bought,
        candidates.score
    from {{ ref('also_bought', 'candidates') }} as candidates
    where
        {{ is_production('candidates') }}
        -- Of a join, DuckDB would hold all candidates in memory.
        and exists (
            select 1 from ranking
            where candidates.user_key = ranking.user_key
                and candidates.item_key = ranking.item_key
        )
    {%- if setting('merchandising_rules') %}
    union all
    -- What the shop has pinned need not be a candidate.
    select distinct
        0 as cut_key,
        'placed' as signal,
        user_key,
        item_key,
        false as is_bought,
        cast(0 as {{ type_double() }}) as score
    from ranking
    where is_pinned_as_new
    {%- endif %}

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
        {%- if setting('merchandising_rules') %}
        ranking.is_placed,
        {%- endif %}
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
