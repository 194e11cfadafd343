{#- Our list against each baseline, user by user: a difference between two lists of one user says more than
    one between two means. -#}
{%- set values = [
    'our_mean', 'our_low', 'our_high', 'their_mean', 'difference_mean', 'difference_low', 'difference_high',
    'users_with_a_difference'
] -%}
{#- {metric: its column, one value per user}. -#}
{%- set columns = {'novelty': 'novelty', 'unavailable': 'unavailable'} -%}
{%- for name, metric in ranking_metrics().items() %}
{%- do columns.update({name: metric.column}) %}
{%- endfor %}

with user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}
    where recommender not in ('stranger', 'oracle')

),

list_traits as (

    select * from {{ ref('also_bought', 'list_traits') }}

),

-- A list without items shows nothing rare, and nothing unavailable.
measured as (

    select
        user_metrics.*,
        coalesce(list_traits.novelty, 0) as novelty,
        coalesce(list_traits.unavailable, 0) as unavailable
    from user_metrics
    left join list_traits
        on user_metrics.cut_key = list_traits.cut_key
        and user_metrics.user_key = list_traits.user_key
        and user_metrics.list = list_traits.list
        and user_metrics.recommender = list_traits.recommender
        and user_metrics.evaluated_ranks = list_traits.evaluated_ranks

),

history_lengths as (

    select
        cut_key,
        user_key,
        {{ history_segment('count(*)') }} as history_segment
    from {{ ref('also_bought', 'user_item_history') }}
    where cut_key > 0
    group by cut_key, user_key

),

ours as (

    select * from measured
    where recommender = 'also_bought'

),

baselines as (

    select * from measured
    where recommender <> 'also_bought'

),

paired as (

    select
        ours.cut_key,
        ours.list,
        ours.target_set,
        ours.evaluated_ranks,
        {%- for column in columns.values() %}
        ours.{{ column }} as our_{{ column }},
        baselines.{{ column }} as their_{{ column }},
        {%- endfor %}
        history_lengths.history_segment,
        baselines.recommender as baseline
    from ours
    inner join baselines
        on ours.cut_key = baselines.cut_key
        and ours.user_key = baselines.user_key
        and ours.list = baselines.list
        and ours.target_set = baselines.target_set
        and ours.evaluated_ranks = baselines.evaluated_ranks
    inner join history_lengths
        on ours.cut_key = history_lengths.cut_key
        and ours.user_key = history_lengths.user_key

),

-- Short histories and long ones apart, at the depth by which lists are judged.
segmented as (

    select
        *,
        history_segment as segment
    from paired
    where evaluated_ranks = {{ setting('evaluated_ranks') }}
    union all
    select
        *,
        'all' as segment
    from paired

),

summarised as (

    select
        cut_key,
        list,
        target_set,
        evaluated_ranks,
        segment,
        baseline,
        {%- for column in columns.values() %}
        {{ mean_with_interval('our_' ~ column, column ~ '_our_') }},
        {{ exact_sum('their_' ~ column, decimals=15) }} / count(*) as {{ column }}_their_mean,
        {{ mean_with_interval('our_' ~ column ~ ' - their_' ~ column, column ~ '_difference_') }},
        count(case when our_{{ column }} <> their_{{ column }} then 1 end)
            as {{ column }}_users_with_a_difference,
        {%- endfor %}
        count(*) as user_count
    from segmented
    group by cut_key, list, target_set, evaluated_ranks, segment, baseline

),

-- Figures of all lists together, not of users: without an interval.
of_the_catalogue as (

    select
        ours.cut_key,
        ours.list,
        'period' as target_set,
        'all' as segment,
        ours.metric,
        ours.evaluated_ranks,
        baselines.recommender as baseline,
        ours.metric_value as our_mean,
        cast(null as {{ type_double() }}) as our_low,
        cast(null as {{ type_double() }}) as our_high,
        baselines.metric_value as their_mean,
        ours.metric_value - baselines.metric_value as difference_mean,
        cast(null as {{ type_double() }}) as difference_low,
        cast(null as {{ type_double() }}) as difference_high,
        cast(null as {{ dbt.type_bigint() }}) as users_with_a_difference,
        summarised.user_count
    from {{ ref('also_bought', 'catalogue_metrics') }} as ours
    inner join {{ ref('also_bought', 'catalogue_metrics') }} as baselines
        on ours.cut_key = baselines.cut_key
        and ours.list = baselines.list
        and ours.metric = baselines.metric
        and ours.evaluated_ranks = baselines.evaluated_ranks
    inner join summarised
        on ours.cut_key = summarised.cut_key
        and ours.list = summarised.list
        and ours.evaluated_ranks = summarised.evaluated_ranks
        and baselines.recommender = summarised.baseline
        and summarised.target_set = 'period'
        and summarised.segment = 'all'
    where ours.recommender = 'also_bought'

),

comparisons as (

    {%- for name, column in columns.items() %}
    select
        cut_key,
        list,
        target_set,
        segment,
        '{{ name }}' as metric,
        evaluated_ranks,
        baseline,
        {%- for value in values %}
        {{ column }}_{{ value }} as {{ value }},
        {%- endfor %}
        user_count
    from summarised
    union all
    {%- endfor %}
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
