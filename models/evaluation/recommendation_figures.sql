{#- The history for people: what was measured, the interval and the baseline in one sentence. -#}

with metrics as (

    select * from {{ ref('also_bought', 'recommendation_metrics') }}

),

definitions as (

    select * from {{ ref('also_bought', 'metric_definitions') }}

),

figures as (

    select
        metrics.series_key,
        metrics.evaluation_number,
        metrics.cut_at,
        metrics.list,
        metrics.target_set,
        metrics.segment,
        metrics.metric,
        metrics.evaluated_ranks,
        metrics.baseline,
        {{ figure_sentence() }} as sentence,
        metrics.difference_low,
        metrics.difference_high,
        metrics.user_count
    from metrics
    inner join definitions on metrics.metric = definitions.metric

)

select * from figures
