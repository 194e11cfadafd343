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
        {{ sentence(
            '{suspect}The difference of {difference} {says}{interval}: {definitions.metric_name}@{metrics.evaluated_ranks}
            of ours is {mean}, of {baseline} {baseline_mean}. Measured on {metrics.user_count} {metrics.population}, cut
            of {cut_on}.',
            suspect="case when metrics.is_suspect then 'Suspect, not to be believed. ' else '' end",
            mean=rounded_text('metrics.mean'),
            baseline="replace(metrics.baseline, '_', ' ')",
            baseline_mean=rounded_text('metrics.baseline_mean'),
            difference=rounded_text('metrics.difference'),
            says="case when metrics.difference_low is null then 'has no interval'"
            ~ " when metrics.difference_low > 0 then 'is surely above zero'"
            ~ " when metrics.difference_high < 0 then 'is surely below zero'"
            ~ " else 'may be chance' end",
            interval="coalesce(" ~ sentence(
                ' (95% interval {low} to {high})',
                low=rounded_text('metrics.difference_low'), high=rounded_text('metrics.difference_high')
            ) ~ ", '')",
            cut_on=as_text('cast(metrics.cut_at as date)')
        ) }} as sentence,
        metrics.difference_low,
        metrics.difference_high,
        metrics.user_count
    from metrics
    inner join definitions on metrics.metric = definitions.metric

)

select * from figures
