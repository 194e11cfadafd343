{%- set metrics = {
    'recall': 'recall', 'ndcg': 'ndcg', 'map': 'average_precision', 'hit_rate': 'hit'
} -%}

with user_metrics as (

    select * from {{ ref('user_metrics') }}

),

cuts as (

    select * from {{ ref('cuts') }}

),

metric_values as (

    {%- for metric, column in metrics.items() %}
    select
        cut_key,
        list,
        recommender,
        '{{ metric }}' as metric,
        {{ column }} as metric_value
    from user_metrics
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

summarised as (

    select
        cut_key,
        list,
        recommender,
        metric,
        count(*) as user_count,
        {{ mean_with_interval('metric_value') }}
    from metric_values
    group by cut_key, list, recommender, metric

),

dated as (

    select
        cuts.cut_at,
        summarised.list,
        summarised.recommender,
        summarised.metric,
        cast({{ setting('evaluated_ranks') }} as {{ dbt.type_int() }}) as evaluated_ranks,
        summarised.user_count,
        summarised.mean,
        summarised.interval_low,
        summarised.interval_high
    from summarised
    inner join cuts on summarised.cut_key = cuts.cut_key

)

select * from dated
