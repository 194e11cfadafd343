{#- On the latest past cut, our list against the best of its baselines. Where a leak check raises an alarm, no
    figure of the list can be believed. -#}

with comparisons as (

    select * from {{ ref('also_bought', 'recommender_comparisons') }}
    where
        {{ is_reported() }}
        and target_set = 'period'
        and segment = 'all'
        and evaluated_ranks = {{ setting('evaluated_ranks') }}

),

lists as (

    select * from {{ ref('also_bought', 'list_definitions') }}

),

-- An alarm about one list is told before one about all.
alarms as (

    select
        lists.list,
        leak_checks.sentence,
        row_number() over (
            partition by lists.list
            order by
                case leak_checks.list when 'all' then 1 else 0 end,
                {{ byte_order('leak_checks.check_name') }} asc
        ) as rank
    from {{ ref('also_bought', 'leak_checks') }} as leak_checks
    inner join lists on leak_checks.list in (lists.list, 'all')
    where leak_checks.state = 'alarm'

),

ranked as (

    select
        *,
        row_number() over (
            partition by list
            order by baseline_mean desc, {{ byte_order('baseline') }} asc
        ) as rank
    from comparisons
    where metric = 'ndcg'

),

judged as (

    select
        lists.list,
        coalesce(best.baseline, lists.default_baseline) as best_baseline,
        lists.default_baseline,
        best.baseline_mean as baseline_ndcg,
        coalesce(best.user_count, 0) as user_count,
        best.difference as ndcg_difference,
        best.difference_low as interval_low,
        best.difference_high as interval_high,
        hit_rates.mean as hit_rate,
        hit_rates.baseline_mean as baseline_hit_rate,
        cuts.cut_at,
        cuts.window_days,
        lists.is_for,
        lists.holds_new_items,
        repeat_buyers.user_count as listed_user_count,
        repeat_buyers.buyer_count,
        repeat_buyers.repeat_buyer_count,
        alarms.sentence as alarm,
        {{ verdict_of_comparison(
            'best.user_count', 'best.users_with_a_difference', 'best.difference_low', 'best.difference_high',
            'alarms.sentence is not null'
        ) }} as verdict_of_figures
    from lists
    cross join {{ ref('also_bought', 'repeat_buyers') }} as repeat_buyers
    left join {{ ref('also_bought', 'cuts') }} as cuts on {{ is_reported('cuts') }}
    left join ranked as best
        on lists.list = best.list
        and best.rank = 1
    left join comparisons as hit_rates
        on best.list = hit_rates.list
        and best.baseline = hit_rates.baseline
        and hit_rates.metric = 'hit_rate'
    left join alarms
        on lists.list = alarms.list
        and alarms.rank = 1

),

-- A list of chance is never published, nor our list explore in the place of another before it was shown to be
-- better.
publishable as (

    select
        ranked.list,
        ranked.baseline,
        row_number() over (partition by ranked.list order by ranked.rank) as rank
    from ranked
    inner join {{ ref('also_bought', 'recommender_definitions') }} as recommenders
        on ranked.list = recommenders.list
        and ranked.baseline = recommenders.recommender
    left join judged as explore on explore.list = 'explore'
    where
        recommenders.role = 'baseline'
        and (ranked.baseline <> 'our_explore_list' or explore.verdict_of_figures = 'better')

),

decided as (

    select
        judged.*,
        case
            when judged.verdict_of_figures = 'suspect: too good' then judged.verdict_of_figures
            when
                not judged.holds_new_items
                and judged.repeat_buyer_count < {{ fewest_repeat_buyers() }} * judged.buyer_count
                then 'nobody buys again'
            else judged.verdict_of_figures
        end as verdict,
        coalesce(publishable.baseline, judged.default_baseline) as published_baseline
    from judged
    left join publishable
        on judged.list = publishable.list
        and publishable.rank = 1

)

select
    list,
    verdict,
    {{ verdict_sentence() }} as sentence,
    case verdict
        when 'better' then 'also_bought'
        when 'nobody buys again' then 'none'
        else published_baseline
    end as published_recommender,
    best_baseline,
    {%- for figure in ['baseline_ndcg', 'ndcg_difference', 'interval_low', 'interval_high'] %}
    case when user_count >= {{ fewest_people_named() }} then {{ figure }} end as {{ figure }},
    {%- endfor %}
    user_count
from decided
