{#- Is a figure better than honest ones are? -#}

with user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}
    where target_set = 'period' and evaluated_ranks = {{ setting('evaluated_ranks') }}

),

signal_metrics as (

    select * from {{ ref('also_bought', 'signal_metrics') }}

),

judged as (

    select
        cut_key,
        user_key,
        list,
        case recommender when 'also_bought' then 'too_good' else 'stranger_too_good' end as check_name,
        recommender as judged,
        ndcg
    from user_metrics
    where recommender in ('also_bought', 'stranger')
    union all
    select
        cut_key,
        user_key,
        list,
        'signal_too_good' as check_name,
        signal as judged,
        ndcg
    from signal_metrics

),

-- A signal that is a baseline, too, may itself be what leaks: these only count orders.
baselines as (

    select * from user_metrics
    where recommender = 'own_frequency' or recommender like 'top_sellers%'

),

differences as (

    select
        judged.cut_key,
        judged.list,
        judged.check_name,
        judged.judged,
        baselines.recommender,
        count(*) as user_count,
        {{ exact_sum('baselines.ndcg', decimals=15) }} / count(*) as baseline_mean,
        {{ mean_with_interval('judged.ndcg - baselines.ndcg', 'difference_') }}
    from judged
    inner join baselines
        on judged.cut_key = baselines.cut_key
        and judged.user_key = baselines.user_key
        and judged.list = baselines.list
    group by judged.cut_key, judged.list, judged.check_name, judged.judged, baselines.recommender

),

from_best_baseline as (

    select
        *,
        row_number() over (
            partition by cut_key, list, check_name, judged
            order by baseline_mean desc, {{ byte_order('recommender') }} asc
        ) as baseline_rank
    from differences

),

judged_by_best_baseline as (

    select
        list,
        check_name,
        judged,
        difference_low / nullif(1 - baseline_mean, 0) as found,
        case
            when {{ is_too_good('user_count', 'difference_low', 'baseline_mean') }} then 1 else 0
        end as is_alarm
    from from_best_baseline
    where baseline_rank = 1 and check_name <> 'stranger_too_good'

),

too_good as (

    select
        list,
        check_name,
        max(found) as found,
        max(is_alarm) as is_alarm,
        case
            when check_name = 'signal_too_good'
                then {{ joined_text('case when is_alarm = 1 then judged end', ', ', byte_order('judged')) }}
        end as at_fault
    from judged_by_best_baseline
    group by list, check_name

),

stranger_too_good as (

    select
        list,
        min(difference_low / nullif(baseline_mean, 0)) as found,
        min(case
            when {{ is_too_good_for_a_stranger('user_count', 'difference_low', 'baseline_mean') }}
                then 1
            else 0
        end) as is_alarm
    from differences
    where check_name = 'stranger_too_good' and recommender like 'top_sellers%'
    group by list

),

findings as (

    select
        check_name,
        list,
        coalesce(found, 0) as found,
        is_alarm = 1 as is_alarm,
        at_fault
    from too_good
    union all
    select
        'stranger_too_good' as check_name,
        list,
        coalesce(found, 0) as found,
        is_alarm = 1 as is_alarm,
        cast(null as {{ dbt.type_string() }}) as at_fault
    from stranger_too_good

)

select * from findings
