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
        {{ dbt.concat([
            "case when metrics.is_suspect then 'Suspect, not to be believed: ' else '' end",
            'definitions.metric_name', "'@'", as_text('metrics.evaluated_ranks'), "' of ours is '",
            rounded_text('metrics.mean'), "', of '", "replace(metrics.baseline, '_', ' ')", "' '",
            rounded_text('metrics.baseline_mean'), "'. The difference of '", rounded_text('metrics.difference'),
            "case when metrics.difference_low is null then ' has no interval'"
            ~ " when metrics.difference_low > 0 then ' is surely above zero'"
            ~ " when metrics.difference_high < 0 then ' is surely below zero'"
            ~ " else ' may be chance' end",
            "coalesce(" ~ dbt.concat([
                "' (95% interval '", rounded_text('metrics.difference_low'), "' to '",
                rounded_text('metrics.difference_high'), "')'"
            ]) ~ ", '')",
            "'; '", as_text('metrics.user_count'), "' '", 'metrics.population', "', cut of '",
            as_text('cast(metrics.cut_at as date)'), "'.'"
        ]) }} as sentence,
        metrics.difference_low,
        metrics.difference_high,
        metrics.user_count
    from metrics
    inner join definitions on metrics.metric = definitions.metric

)

select * from figures
