{%- set evaluated_ranks = setting('evaluated_ranks') -%}

with targets as (

    select * from {{ ref('targets') }}
    where cut_key = 1

),

ranked_candidates as (

    select * from {{ ref('ranked_candidates') }}
    where cut_key = 1 and rank <= {{ evaluated_ranks }}

),

recommenders as (

    {%- for list, orders in recommenders().items() %}
    {%- set is_last_list = loop.last %}
    {%- for recommender in orders %}
    select
        '{{ list }}' as list,
        '{{ recommender }}' as recommender
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}

),

target_counts as (

    select
        cut_key,
        user_key,
        list,
        count(*) as target_count
    from targets
    group by cut_key, user_key, list

),

hits as (

    select
        ranked_candidates.cut_key,
        ranked_candidates.user_key,
        ranked_candidates.list,
        ranked_candidates.recommender,
        ranked_candidates.rank,
        row_number() over (
            partition by
                ranked_candidates.cut_key,
                ranked_candidates.user_key,
                ranked_candidates.list,
                ranked_candidates.recommender
            order by ranked_candidates.rank
        ) as hits_so_far
    from ranked_candidates
    inner join targets
        on ranked_candidates.cut_key = targets.cut_key
        and ranked_candidates.user_key = targets.user_key
        and ranked_candidates.list = targets.list
        and ranked_candidates.item_key = targets.item_key

),

gains as (

    select
        cut_key,
        user_key,
        list,
        recommender,
        count(*) as hit_count,
        {{ exact_sum(rank_discount('rank'), decimals=15) }} as discounted_gain,
        {{ exact_sum('cast(hits_so_far as ' ~ type_double() ~ ') / rank', decimals=15) }}
            as summed_precision
    from hits
    group by cut_key, user_key, list, recommender

),

ideal_gains as (
    {{ ideal_gains() }}
),

-- Every user with something to find counts, found or not.
user_metrics as (

    select
        target_counts.cut_key,
        target_counts.user_key,
        target_counts.list,
        recommenders.recommender,
        cast(coalesce(gains.hit_count, 0) as {{ type_double() }})
        / target_counts.target_count as recall,
        coalesce(gains.discounted_gain, 0) / ideal_gains.ideal_gain as ndcg,
        coalesce(gains.summed_precision, 0) / ideal_gains.reachable_hits as average_precision,
        case when gains.hit_count > 0 then 1.0 else 0.0 end as hit
    from target_counts
    inner join recommenders on target_counts.list = recommenders.list
    inner join ideal_gains
        on ideal_gains.reachable_hits = least(target_counts.target_count, {{ evaluated_ranks }})
    left join gains
        on target_counts.cut_key = gains.cut_key
        and target_counts.user_key = gains.user_key
        and target_counts.list = gains.list
        and recommenders.recommender = gains.recommender

)

select * from user_metrics
