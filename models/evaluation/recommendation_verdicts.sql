{#- On the latest past cut, our list against the best of its baselines. Where a leak check raises an alarm, no
    figure of the list can be believed. -#}

with comparisons as (

    select * from {{ ref('also_bought', 'recommender_comparisons') }}
    where
        cut_key = 1
        and target_set = 'period'
        and segment = 'all'
        and evaluated_ranks = {{ setting('evaluated_ranks') }}
        and baseline <> 'random'

),

cuts as (

    select * from {{ ref('also_bought', 'cuts') }}

),

alarms as (

    select
        list,
        sentence,
        row_number() over (partition by list order by {{ byte_order('check_name') }}) as place
    from {{ ref('also_bought', 'leak_checks') }}
    where state = 'alarm'

),

lists as (

    {%- for list, scores in recommenders().items() %}
    select
        '{{ list }}' as list,
        '{{ scores | reject('equalto', 'also_bought') | first }}' as default_baseline
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by list
            order by baseline_mean desc, {{ byte_order('baseline') }} asc
        ) as place
    from comparisons
    where metric = 'ndcg'

),

judged as (

    select
        lists.list,
        coalesce(best.baseline, lists.default_baseline) as best_baseline,
        best.baseline_mean as baseline_ndcg,
        coalesce(best.user_count, 0) as user_count,
        best.difference as ndcg_difference,
        best.difference_low as interval_low,
        best.difference_high as interval_high,
        hit_rates.mean as hit_rate,
        hit_rates.baseline_mean as baseline_hit_rate,
        cuts.cut_at,
        coalesce(alarm_of_list.sentence, alarm_of_all.sentence) as alarm,
        {{ verdict_of_comparison(
            'best.user_count', 'best.difference_low', 'best.difference_high',
            'coalesce(alarm_of_list.sentence, alarm_of_all.sentence) is not null'
        ) }} as verdict
    from lists
    left join cuts on cuts.cut_key = 1
    left join ranked as best
        on lists.list = best.list
        and best.place = 1
    left join comparisons as hit_rates
        on best.list = hit_rates.list
        and best.baseline = hit_rates.baseline
        and hit_rates.metric = 'hit_rate'
    left join alarms as alarm_of_list
        on lists.list = alarm_of_list.list
        and alarm_of_list.place = 1
    left join alarms as alarm_of_all
        on alarm_of_all.list = 'all'
        and alarm_of_all.place = 1

),

explained as (

    select
        judged.list,
        judged.verdict,
        {{ verdict_sentence('judged') }} as sentence,
        case when judged.verdict = 'better' then 'also_bought' else judged.best_baseline end
            as published_recommender,
        judged.best_baseline,
        judged.baseline_ndcg,
        judged.ndcg_difference,
        judged.interval_low,
        judged.interval_high,
        judged.user_count
    from judged

)

select * from explained
