{#- Each blend on the cuts before the one that is reported, so that the report is of a blend that has never
    seen its own examination. -#}
{{ config(materialized='kept_table') }}

with scaled_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where {{ is_trial() }}

),

targets as (

    select * from {{ ref('also_bought', 'targets') }}
    where {{ is_trial() }}

),

blends as (

    select * from {{ ref('also_bought', 'blends_by_cut') }}
    where {{ is_trial() }}

),

ideal_gains as (
    {{ ideal_gains() }}
),

target_counts as (
    {{ target_counts('targets') }}
),

scored as (

    select
        blends.blend,
        scaled_candidates.*,
        {{ weighted_sum(signals(), 'blends', 'scaled_candidates') }} as blended_score
    from scaled_candidates
    inner join target_counts
        on scaled_candidates.cut_key = target_counts.cut_key
        and scaled_candidates.user_key = target_counts.user_key
        and scaled_candidates.list = target_counts.list
    inner join blends
        on scaled_candidates.cut_key = blends.cut_key
        and scaled_candidates.list = blends.list

),

first_of_each_kind as (
    {{ first_items(
        'scored', 'blend, list, cut_key, user_key, is_bought', 'blended_score', longest_list()
    ) }}
),

ranked as (
    {{ list_ranks(
        'first_of_each_kind', 'blend, list, cut_key, user_key', ranking_order('score')
    ) }}
),

gains as (

    select
        ranked.blend,
        ranked.list,
        ranked.cut_key,
        ranked.user_key,
        {{ discounted_gain('ranked.rank') }} as discounted_gain
    from ranked
    inner join targets
        on ranked.cut_key = targets.cut_key
        and ranked.user_key = targets.user_key
        and ranked.list = targets.list
        and ranked.item_key = targets.item_key
    where ranked.rank <= {{ setting('evaluated_ranks') }}
    group by ranked.blend, ranked.list, ranked.cut_key, ranked.user_key

),

user_trials as (

    select
        blends.list,
        blends.blend,
        blends.preference,
        blends.is_learned,
        target_counts.cut_key,
        target_counts.user_key,
        {{ ranking_metrics().ndcg.value }} as ndcg
    from target_counts
    inner join blends
        on target_counts.cut_key = blends.cut_key
        and target_counts.list = blends.list
    inner join ideal_gains
        on ideal_gains.reachable_hits
        = least(target_counts.target_count, {{ setting('evaluated_ranks') }})
    left join gains
        on blends.blend = gains.blend
        and target_counts.list = gains.list
        and target_counts.cut_key = gains.cut_key
        and target_counts.user_key = gains.user_key

),

-- A learned blend is compared with the best of the others, at the cuts that have one.
placed as (

    select
        list,
        blend,
        row_number() over (
            partition by list
            order by {{ exact_sum('ndcg', decimals=15) }} desc, preference asc
        ) as rank
    from user_trials
    where not is_learned
    group by list, blend, preference

),

best_trials as (

    select user_trials.*
    from user_trials
    inner join placed
        on user_trials.list = placed.list
        and user_trials.blend = placed.blend
    where placed.rank = 1

)

select
    user_trials.list,
    user_trials.blend,
    count(*) as user_count,
    {{ exact_sum('user_trials.ndcg', decimals=15) }} / count(*) as mean_ndcg,
    {{ mean_with_interval('best_trials.ndcg - user_trials.ndcg', 'behind_best_') }}
from user_trials
inner join best_trials
    on user_trials.list = best_trials.list
    and user_trials.cut_key = best_trials.cut_key
    and user_trials.user_key = best_trials.user_key
group by user_trials.list, user_trials.blend
