{{ config(materialized='view') }}

{%- set watched_sources = check_limits() | reject('eq', 'all') | list -%}
{%- set accepted = setting('accepted_checks') -%}

with verdicts as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}
    where verdict <> 'later'

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
        {{ text_literal(source) }} as order_source,
        max(last_ordered_at) as newest_at
    from verdicts
    where order_source = {{ text_literal(source) }} and verdict <> 'rejected'
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
    where order_source not in (
        {%- for source in watched_sources %}{{ text_literal(source) }}{{ ', ' if not loop.last }}{% endfor -%}
    )
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
        {{ sentence(
            'The newest order {of_source}is {days_old} days old; more than {days_odd} are odd, and more than
            {days_stale} too many.',
            of_source="case when order_source = 'all' then '' else " ~ sentence('of {order_source} ') ~ ' end'
        ) }} as sentence
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
        {{ sentence(
            'The newest order of {order_source} is {days_old} days old; its longest pause in the thirteen weeks
            before was of {longest_pause}.'
        ) }} as sentence
    from usual_pauses

)

select * from freshness
