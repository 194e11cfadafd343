{{ config(materialized='view') }}

with verdicts as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}
    where verdict <> 'later'

),

sources as (

    select * from {{ ref('also_bought', 'order_sources') }}

),

heard_of as (

    select distinct order_source from verdicts

),

-- Do as many come as usual? Weeks are counted back from the newest day of each source.
source_weeks as (

    select
        order_source,
        line_count,
        ordered_on,
        min(ordered_on) over (partition by order_source) as first_day,
        max(ordered_on) over (partition by order_source) as last_day
    from verdicts
    where verdict <> 'rejected'

),

day_counts as (

    select
        order_source,
        line_count,
        {{ dbt.datediff('ordered_on', 'last_day', 'day') }}
            as days_ago,
        1 + {{ dbt.datediff('first_day', 'last_day', 'day') }}
            as day_count
    from source_weeks

),

weeks as (

    {%- for week in range(1, 13) %}
    select {{ week }} as weeks_ago {{ 'union all' if not loop.last }}
    {%- endfor %}

),

weekly_counts as (

    select
        order_source,
        cast(floor(days_ago / 7.0) as {{ dbt.type_int() }}) as weeks_ago,
        max(cast(floor(day_count / 7.0) as {{ dbt.type_int() }})) as whole_weeks,
        sum(line_count) as line_count
    from day_counts
    where days_ago < 13 * 7
    group by order_source, cast(floor(days_ago / 7.0) as {{ dbt.type_int() }})

),

-- A week without a line counts as well. Fewer than four weeks are no history.
usual_weeks as (

    select
        latest.order_source,
        latest.line_count,
        percentile_cont(0.5) within group (order by coalesce(weekly_counts.line_count, 0)) as usual_count
    from weekly_counts as latest
    inner join weeks on latest.whole_weeks > weeks.weeks_ago
    left join weekly_counts
        on latest.order_source = weekly_counts.order_source
        and weeks.weeks_ago = weekly_counts.weeks_ago
    where latest.weeks_ago = 0 and latest.whole_weeks > 4
    group by latest.order_source, latest.line_count

),

volume_limits as (

    select
        *,
        {{ check_limit('volume_low') }} as volume_low,
        {{ check_limit('volume_high') }} as volume_high
    from usual_weeks
    where usual_count > 0

),

volume as (

    select
        order_source,
        'volume' as check_name,
        line_count / cast(usual_count as {{ type_double() }}) as found,
        {{ check_state(
            'volume', 'line_count < volume_low * usual_count or line_count > volume_high * usual_count'
        ) }} as state,
        {{ sentence(
            'The latest week of {order_source} has {share} % of the lines of its usual week; {low} to {high} % are
            normal.',
            share=percentage('line_count / usual_count'), low=percentage('volume_low'), high=percentage('volume_high')
        ) }} as sentence
    from volume_limits
    union all
    select
        sources.order_source,
        'volume' as check_name,
        0 as found,
        {{ check_state('volume', 'true') }} as state,
        {{ sentence('There is no line in {sources.order_source}.') }} as sentence
    from sources
    left join heard_of on sources.order_source = heard_of.order_source
    where heard_of.order_source is null

)

select * from volume
