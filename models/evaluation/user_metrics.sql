{#- Every recommender of a list, and the controls, judged by the same lines. -#}

with targets as (

    select * from {{ ref('also_bought', 'targets') }}
    where {{ is_reported() }}

),

lists as (

    select * from {{ ref('also_bought', 'evaluated_lists') }}

),

recommenders as (

    select * from {{ ref('also_bought', 'recommender_definitions') }}

),

depths as (
    {{ depth_rows() }}
),

target_sets as (

    select
        *,
        'period' as target_set
    from targets
    union all
    select
        *,
        'next_basket' as target_set
    from targets
    where is_in_next_basket

),

target_counts as (
    {{ target_counts('target_sets', 'cut_key, user_key, list, target_set') }}
),

hits as (

    select
        lists.cut_key,
        lists.user_key,
        lists.list,
        target_sets.target_set,
        lists.recommender,
        lists.rank,
        row_number() over (
            partition by
                lists.cut_key, lists.user_key, lists.list, target_sets.target_set, lists.recommender
            order by lists.rank
        ) as hits_so_far
    from lists
    inner join target_sets
        on lists.cut_key = target_sets.cut_key
        and lists.user_key = target_sets.user_key
        and lists.list = target_sets.list
        and lists.item_key = target_sets.item_key

),

gains as (

    select
        hits.cut_key,
        hits.user_key,
        hits.list,
        hits.target_set,
        hits.recommender,
        depths.evaluated_ranks,
        {{ hit_sums('hits.rank', 'hits.hits_so_far') }}
    from hits
    inner join depths on hits.rank <= depths.evaluated_ranks
    group by hits.cut_key, hits.user_key, hits.list, hits.target_set, hits.recommender, depths.evaluated_ranks

),

ideal_gains as (
    {{ ideal_gains() }}
),

-- Every user with something to find counts, found or not.
everybody as (

    select
        target_counts.cut_key,
        target_counts.user_key,
        target_counts.list,
        target_counts.target_set,
        target_counts.target_count,
        recommenders.recommender,
        depths.evaluated_ranks,
        least(target_counts.target_count, depths.evaluated_ranks) as reachable_hits
    from target_counts
    inner join recommenders on target_counts.list = recommenders.list
    cross join depths

),

judged as (

    select
        everybody.*,
        ideal_gains.ideal_gain,
        gains.hit_count,
        gains.discounted_gain,
        gains.summed_precision,
        gains.first_hit_rank
    from everybody
    inner join ideal_gains on everybody.reachable_hits = ideal_gains.reachable_hits
    left join gains
        on everybody.cut_key = gains.cut_key
        and everybody.user_key = gains.user_key
        and everybody.list = gains.list
        and everybody.target_set = gains.target_set
        and everybody.recommender = gains.recommender
        and everybody.evaluated_ranks = gains.evaluated_ranks

)

select
    cut_key,
    user_key,
    list,
    target_set,
    recommender,
    cast(evaluated_ranks as {{ dbt.type_int() }}) as evaluated_ranks,
    {%- for metric in ranking_metrics().values() %}
    {{ metric.value }} as {{ metric.column }},
    {%- endfor %}
    cast(target_count as {{ dbt.type_int() }}) as target_count,
    cast(coalesce(hit_count, 0) as {{ dbt.type_int() }}) as hit_count
from judged
