{{ config(materialized='view') }}

with verdicts as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}
    where verdict <> 'later'

),

line_counts as (

    select
        cast(
            coalesce(sum(case when verdict = 'kept' then line_count else 0 end), 0) as {{ dbt.type_bigint() }}
        ) as kept_count,
        cast(coalesce(sum(line_count), 0) as {{ dbt.type_bigint() }}) as received_count
    from verdicts

),

not_kept as (

    select
        verdict,
        verdict_reason,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as line_count
    from verdicts
    where verdict <> 'kept'
    group by verdict, verdict_reason

),

not_kept_ranked as (

    select
        {{ sentence(': {line_count} are {verdict}, for {verdict_reason}') }} as sentence,
        row_number() over (
            order by
                line_count desc, {{ byte_order('verdict') }}, {{ byte_order('verdict_reason') }}
        ) as place
    from not_kept

),

-- Is there anything to recommend from?
usable_orders as (

    select
        'all' as order_source,
        'usable_orders' as check_name,
        cast(line_counts.kept_count as {{ type_double() }}) as found,
        {{ check_state('usable_orders', 'line_counts.kept_count = 0') }} as state,
        {{ sentence(
            '{line_counts.kept_count} of {line_counts.received_count} received order lines can be counted{most}.',
            most="coalesce(not_kept_ranked.sentence, '')"
        ) }} as sentence
    from line_counts
    left join not_kept_ranked on not_kept_ranked.place = 1 and line_counts.kept_count = 0

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
            when rejected_share = 0 then {{ sentence('No line of {order_source} is rejected.') }}
            else {{ sentence(
                '{share} % of the lines of {order_source} are rejected, most for {verdict_reason}; at most
                {most} % may be.',
                share=percentage('rejected_share'), most=percentage(setting('max_rejected_share'))
            ) }}
        end as sentence
    from rejected_shares

),

checks as (

    select * from usable_orders
    union all
    select * from rejected_lines

)

select * from checks
