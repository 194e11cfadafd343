with received as (

    select
        order_source,
        sum(received_lines) as received_lines
    from {{ ref('also_bought', 'order_sources') }}
    group by order_source

),

verdicts as (

    select
        order_source,
        sum(case when verdict = 'kept' then line_count else 0 end) as kept_lines,
        sum(case when verdict = 'duplicate' then line_count else 0 end) as duplicate_lines,
        sum(case when verdict = 'superseded' then line_count else 0 end) as superseded_lines,
        sum(case when verdict = 'cancelled' then line_count else 0 end) as cancelled_lines,
        sum(case when verdict = 'rejected' then line_count else 0 end) as rejected_lines,
        sum(case when verdict = 'later' then line_count else 0 end) as later_lines
    from {{ ref('also_bought', 'daily_verdicts') }}
    group by order_source

),

comparison as (

    select
        order_source,
        count(case when is_only_here then 1 end) as lines_only_here,
        count(case when is_contradicting then 1 end) as contradicting_lines
    from {{ ref('also_bought', 'resolved_order_lines') }}
    group by order_source

),

audit as (

    select
        received.order_source,
        cast(received.received_lines as {{ dbt.type_bigint() }}) as received_lines,
        cast(coalesce(verdicts.kept_lines, 0) as {{ dbt.type_bigint() }}) as kept_lines,
        cast(coalesce(verdicts.duplicate_lines, 0) as {{ dbt.type_bigint() }}) as duplicate_lines,
        cast(coalesce(verdicts.superseded_lines, 0) as {{ dbt.type_bigint() }}) as superseded_lines,
        cast(coalesce(verdicts.cancelled_lines, 0) as {{ dbt.type_bigint() }}) as cancelled_lines,
        cast(coalesce(verdicts.rejected_lines, 0) as {{ dbt.type_bigint() }}) as rejected_lines,
        cast(coalesce(verdicts.later_lines, 0) as {{ dbt.type_bigint() }}) as later_lines,
        coalesce(comparison.lines_only_here, 0) as lines_only_here,
        coalesce(comparison.contradicting_lines, 0) as contradicting_lines
    from received
    left join verdicts on received.order_source = verdicts.order_source
    left join comparison on received.order_source = comparison.order_source

)

select * from audit
