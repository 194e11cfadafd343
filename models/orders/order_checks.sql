{%- set limits = check_limits() -%}
{%- set accepted = setting('accepted_checks') -%}

with verdicts as (

    select * from {{ ref('order_line_verdicts') }}

),

differences as (

    select * from {{ ref('control_total_differences') }}

),

-- Is there anything to recommend from?
usable_orders as (

    select
        'all' as order_source,
        'usable_orders' as check_name,
        cast(count(case when verdict = 'kept' then 1 end) as {{ type_double() }}) as found,
        {{ check_state('usable_orders', "count(case when verdict = 'kept' then 1 end) = 0") }} as state,
        {{ dbt.concat([
            'cast(count(case when verdict = \'kept\' then 1 end) as ' ~ dbt.type_string() ~ ')',
            "' of '", 'cast(count(*) as ' ~ dbt.type_string() ~ ')',
            "' received order lines can be counted.'"
        ]) }} as sentence
    from verdicts

),

-- Is a table rejected as a whole, because its staging model reads it wrongly?
reasons as (

    select
        order_source,
        verdict,
        verdict_reason,
        count(*) as line_count
    from verdicts
    group by order_source, verdict, verdict_reason

),

reasons_ranked as (

    select
        *,
        row_number() over (
            partition by order_source
            order by case when verdict = 'rejected' then line_count else 0 end desc, verdict_reason asc
        ) as place,
        sum(case when verdict = 'rejected' then line_count else 0 end)
            over (partition by order_source) as rejected_count,
        sum(line_count) over (partition by order_source) as received_count
    from reasons

),

rejected_shares as (

    select
        order_source,
        verdict_reason,
        cast(rejected_count as {{ type_double() }}) / received_count as rejected_share
    from reasons_ranked
    where place = 1

),

rejected_lines as (

    select
        order_source,
        'rejected_lines' as check_name,
        rejected_share as found,
        {{ check_state('rejected_lines', 'rejected_share > ' ~ setting('max_rejected_share')) }} as state,
        case
            when rejected_share = 0
                then {{ dbt.concat(["'No line of '", 'order_source', "' is rejected.'"]) }}
            else {{ dbt.concat([
                percentage('rejected_share'), "' % of the lines of '", 'order_source',
                "' are rejected, most for '", 'verdict_reason', "'; at most '",
                percentage(setting('max_rejected_share')), "' % may be.'"
            ]) }}
        end as sentence
    from rejected_shares

),

-- Do orders still come?
newest_orders as (

    select
        cast(floor({{ days_between('max(ordered_at)', run_clock()) }}) as {{ dbt.type_int() }})
            as days_old
    from verdicts
    where verdict = 'kept'
    having count(*) > 0

),

freshness as (

    select
        'all' as order_source,
        'freshness' as check_name,
        cast(days_old as {{ type_double() }}) as found,
        case
            when days_old > {{ limits.days_stale }} then {{ check_state('freshness', 'true') }}
            when days_old > {{ limits.days_odd }} then 'warn'
            else 'ok'
        end as state,
        {{ dbt.concat([
            "'The newest order is '", 'cast(days_old as ' ~ dbt.type_string() ~ ')',
            "' days old; more than " ~ limits.days_stale ~ " are too many.'"
        ]) }} as sentence
    from newest_orders

),

-- Do as many come as usual? Weeks are counted back from the newest line of each source.
line_ages as (

    select
        order_source,
        cast(floor({{ days_between(
            'ordered_at', 'max(ordered_at) over (partition by order_source)'
        ) }} / 7.0) as {{ dbt.type_int() }}) as weeks_ago,
        cast(floor({{ days_between(
            'min(ordered_at) over (partition by order_source)',
            'max(ordered_at) over (partition by order_source)'
        ) }} / 7.0) as {{ dbt.type_int() }}) as whole_weeks
    from verdicts
    where verdict <> 'rejected'

),

weeks as (

    {%- for week in range(1, 13) %}
    select {{ week }} as weeks_ago {{ 'union all' if not loop.last }}
    {%- endfor %}

),

weekly_counts as (

    select
        order_source,
        weeks_ago,
        max(whole_weeks) as whole_weeks,
        count(*) as line_count
    from line_ages
    where weeks_ago <= 12
    group by order_source, weeks_ago

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

volume as (

    select
        order_source,
        'volume' as check_name,
        line_count / cast(usual_count as {{ type_double() }}) as found,
        {{ check_state(
            'volume',
            'line_count < ' ~ limits.volume_low ~ ' * usual_count'
            ~ ' or line_count > ' ~ limits.volume_high ~ ' * usual_count'
        ) }} as state,
        {{ dbt.concat([
            "'The latest week of '", 'order_source', "' has '", percentage('line_count / usual_count'),
            "' % of the lines of its usual week; " ~ (100 * limits.volume_low) | int ~ " to "
            ~ (100 * limits.volume_high) | int ~ " % are normal.'"
        ]) }} as sentence
    from usual_weeks
    where usual_count > 0

),

-- Does finance count the same?
differing_totals as (

    select
        order_source,
        count(*) as total_count,
        count(case when not is_within_tolerance then 1 end) as differing_count
    from differences
    group by order_source

),

control_totals as (

    select
        order_source,
        'control_totals' as check_name,
        cast(differing_count as {{ type_double() }}) as found,
        {{ check_state('control_totals', 'differing_count > 0') }} as state,
        {{ dbt.concat([
            'cast(differing_count as ' ~ dbt.type_string() ~ ')', "' of '",
            'cast(total_count as ' ~ dbt.type_string() ~ ')', "' control totals of '", 'order_source',
            "' differ by more than the tolerance; see control_total_differences.'"
        ]) }} as sentence
    from differing_totals

),

checks as (

    {%- for check in ['usable_orders', 'rejected_lines', 'freshness', 'volume', 'control_totals'] %}
    select
        order_source,
        check_name,
        found,
        state,
        sentence
    from {{ check }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    *,
    case
        when state <> 'accepted' then cast(null as {{ dbt.type_string() }})
        {%- for check, reason in accepted.items() %}
        when check_name = '{{ check }}' then '{{ reason }}'
        {%- endfor %}
    end as accepted_because
from checks
