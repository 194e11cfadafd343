{%- set watched_sources = check_limits() | reject('eq', 'all') | list -%}
{%- set accepted = setting('accepted_checks') -%}

with verdicts as (

    select * from {{ ref('daily_verdicts') }}

),

differences as (

    select * from {{ ref('control_total_differences') }}

),

sources as (

    select * from {{ ref('order_sources') }}

),

line_counts as (

    select
        cast(
            coalesce(sum(case when verdict = 'kept' then line_count else 0 end), 0) as {{ dbt.type_bigint() }}
        ) as kept_count,
        cast(coalesce(sum(line_count), 0) as {{ dbt.type_bigint() }}) as received_count
    from verdicts

),

-- Is there anything to recommend from?
usable_orders as (

    select
        'all' as order_source,
        'usable_orders' as check_name,
        cast(kept_count as {{ type_double() }}) as found,
        {{ check_state('usable_orders', 'kept_count = 0') }} as state,
        {{ dbt.concat([
            as_text('kept_count'), "' of '", as_text('received_count'), "' received order lines can be counted.'"
        ]) }} as sentence
    from line_counts

),

-- Is a table rejected as a whole, because its staging model reads it wrongly?
reasons as (

    select
        order_source,
        verdict,
        verdict_reason,
        sum(line_count) as line_count
    from verdicts
    group by order_source, verdict, verdict_reason

),

reasons_ranked as (

    select
        *,
        row_number() over (
            partition by order_source
            order by
                case when verdict = 'rejected' then line_count else 0 end desc,
                {{ byte_order('verdict_reason') }} asc nulls last
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

-- Do orders still come? Of all sources what is kept; of one with limits of its own what it sends.
newest_orders as (

    select
        'all' as order_source,
        max(last_ordered_at) as newest_at
    from verdicts
    where verdict = 'kept'
    having count(*) > 0
    {%- for source in watched_sources %}
    union all
    select
        '{{ source }}' as order_source,
        max(last_ordered_at) as newest_at
    from verdicts
    where order_source = '{{ source }}' and verdict <> 'rejected'
    having count(*) > 0
    {%- endfor %}

),

order_ages as (

    select
        order_source,
        cast(floor({{ days_between('newest_at', run_clock()) }}) as {{ dbt.type_int() }}) as days_old,
        {{ check_limit('days_odd') }} as days_odd,
        {{ check_limit('days_stale') }} as days_stale
    from newest_orders

),

-- Of any other source, its longest pause of the thirteen weeks before its newest line is what is usual.
source_days as (

    select distinct
        order_source,
        ordered_on,
        max(last_ordered_at) over (partition by order_source) as newest_at
    from verdicts
    where verdict <> 'rejected'

),

recent_days as (

    select
        *,
        {{ dbt.datediff('ordered_on', 'newest_at', 'day') }}
            as days_before
    from source_days

),

pauses as (

    select
        *,
        lag(ordered_on) over (partition by order_source order by ordered_on) as ordered_before_on
    from recent_days
    where days_before < 13 * 7

),

usual_pauses as (

    select
        order_source,
        cast(floor({{ days_between('newest_at', run_clock()) }}) as {{ dbt.type_int() }}) as days_old,
        max({{ dbt.datediff('ordered_before_on', 'ordered_on', 'day') }}) as longest_pause
    from pauses
    {%- if watched_sources %}
    where order_source not in ('{{ watched_sources | join("', '") }}')
    {%- endif %}
    group by order_source, newest_at
    having count(ordered_before_on) > 0

),

freshness as (

    select
        order_source,
        'freshness' as check_name,
        cast(days_old as {{ type_double() }}) as found,
        case
            when days_old > days_stale then {{ check_state('freshness', 'true') }}
            when days_old > days_odd then 'warn'
            else 'ok'
        end as state,
        {{ dbt.concat([
            "'The newest order '", "case when order_source = 'all' then '' else " ~ dbt.concat([
                "'of '", 'order_source', "' '"
            ]) ~ ' end', "'is '", as_text('days_old'),
            "' days old; more than '", as_text('days_odd'), "' are odd, and more than '", as_text('days_stale'),
            "' too many.'"
        ]) }} as sentence
    from order_ages
    union all
    select
        order_source,
        'freshness' as check_name,
        cast(days_old as {{ type_double() }}) as found,
        -- It only warns: a table that has ended for good is no reason to stop.
        case
            when days_old <= greatest(longest_pause, {{ check_limit('days_odd') }}) then 'ok'
            else '{{ 'accepted' if 'freshness' in accepted else 'warn' }}'
        end as state,
        {{ dbt.concat([
            "'The newest order of '", 'order_source', "' is '", as_text('days_old'),
            "' days old; its longest pause in the thirteen weeks before was of '", as_text('longest_pause'),
            "'.'"
        ]) }} as sentence
    from usual_pauses

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
        {{ dbt.concat([
            "'The latest week of '", 'order_source', "' has '", percentage('line_count / usual_count'),
            "' % of the lines of its usual week; '", percentage('volume_low'), "' to '",
            percentage('volume_high'), "' % are normal.'"
        ]) }} as sentence
    from volume_limits
    union all
    select
        order_source,
        'volume' as check_name,
        0 as found,
        {{ check_state('volume', 'true') }} as state,
        {{ dbt.concat(["'There is no line in '", 'order_source', "'.'"]) }} as sentence
    from sources
    where received_lines = 0

),

-- Can revenue be added up? Only sources that name their currencies can tell.
currencies as (

    select
        min(first_currency) as first_currency,
        max(last_currency) as last_currency
    from sources

),

currency as (

    select
        'all' as order_source,
        'currency' as check_name,
        cast(case when first_currency = last_currency then 1 else 2 end as {{ type_double() }}) as found,
        {{ check_state('currency', 'first_currency <> last_currency') }} as state,
        case
            when first_currency = last_currency
                then {{ dbt.concat(["'All prices are in '", 'first_currency', "'.'"]) }}
            else {{ dbt.concat([
                "'Prices are in '", 'first_currency', "' and '", 'last_currency',
                "', and revenue adds them up: convert those of one, or leave them null.'"
            ]) }}
        end as sentence
    from currencies
    where first_currency is not null

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
            as_text('differing_count'), "' of '", as_text('total_count'), "' control totals of '", 'order_source',
            "' differ by more than the tolerance; see control_total_differences.'"
        ]) }} as sentence
    from differing_totals

),

checks as (

    {%- for check in setting_definitions().stopping_checks.choices %}
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
