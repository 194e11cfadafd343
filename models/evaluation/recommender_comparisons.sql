{#- Our list against each baseline, user by user: a difference between two lists of one user says more than
    one between two means. -#}
{{ config(materialized='kept_table') }}
{%- set no_value = 'cast(null as ' ~ type_double() ~ ')' %}

with measured as (

    select * from {{ ref('also_bought', 'user_metric_values') }}

),

recommenders as (

    select * from {{ ref('also_bought', 'recommender_definitions') }}

),

segments as (

    select * from {{ ref('also_bought', 'history_segments') }}

),

-- Short histories and long ones apart, but only at the depth by which lists are judged.
paired as (

    select
        ours.cut_key,
        ours.list,
        ours.target_set,
        ours.metric,
        ours.evaluated_ranks,
        segments.segment,
        baselines.recommender as baseline,
        ours.metric_value as our_value,
        baselines.metric_value as their_value
    from measured as ours
    inner join measured as baselines
        on ours.cut_key = baselines.cut_key
        and ours.user_key = baselines.user_key
        and ours.list = baselines.list
        and ours.target_set = baselines.target_set
        and ours.metric = baselines.metric
        and ours.evaluated_ranks = baselines.evaluated_ranks
    inner join recommenders
        on baselines.list = recommenders.list
        and baselines.recommender = recommenders.recommender
    inner join segments
        on ours.cut_key = segments.cut_key
        and ours.user_key = segments.user_key
    where
        ours.recommender = 'also_bought'
        and recommenders.role in ('baseline', 'chance')
        and (segments.segment = 'all' or ours.evaluated_ranks = {{ setting('evaluated_ranks') }})

),

of_users as (

    select
        cut_key,
        list,
        target_set,
        segment,
        metric,
        evaluated_ranks,
        baseline,
        count(*) as user_count,
        count(case when our_value <> their_value then 1 end) as users_with_a_difference,
        {{ mean_with_interval('our_value', 'our_') }},
        {{ exact_sum('their_value', decimals=15) }} / count(*) as their_mean,
        {{ mean_with_interval('our_value - their_value', 'difference_') }}
    from paired
    group by cut_key, list, target_set, segment, metric, evaluated_ranks, baseline

),

-- Figures of all lists together, not of users: without an interval.
of_the_catalogue as (

    select
        ours.cut_key,
        ours.list,
        of_users.target_set,
        of_users.segment,
        ours.metric,
        ours.evaluated_ranks,
        of_users.baseline,
        of_users.user_count,
        cast(null as {{ dbt.type_bigint() }}) as users_with_a_difference,
        ours.metric_value as our_mean,
        {{ no_value }} as our_low,
        {{ no_value }} as our_high,
        baselines.metric_value as their_mean,
        ours.metric_value - baselines.metric_value as difference_mean,
        {{ no_value }} as difference_low,
        {{ no_value }} as difference_high
    from {{ ref('also_bought', 'catalogue_metrics') }} as ours
    inner join {{ ref('also_bought', 'catalogue_metrics') }} as baselines
        on ours.cut_key = baselines.cut_key
        and ours.list = baselines.list
        and ours.metric = baselines.metric
        and ours.evaluated_ranks = baselines.evaluated_ranks
    inner join of_users
        on ours.cut_key = of_users.cut_key
        and ours.list = of_users.list
        and ours.evaluated_ranks = of_users.evaluated_ranks
        and baselines.recommender = of_users.baseline
        and of_users.metric = 'ndcg'
        and of_users.target_set = 'period'
        and of_users.segment = 'all'
    where ours.recommender = 'also_bought'

),

comparisons as (

    select * from of_users
    union all
    select * from of_the_catalogue

)

select
    cut_key,
    list,
    target_set,
    segment,
    metric,
    evaluated_ranks,
    baseline,
    user_count,
    users_with_a_difference,
    our_mean as mean,
    our_low as interval_low,
    our_high as interval_high,
    their_mean as baseline_mean,
    difference_mean as difference,
    difference_low,
    difference_high
from comparisons
