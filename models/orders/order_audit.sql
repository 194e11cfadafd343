with received as (

    select
        order_source,
        count(*) as received_lines
    from {{ ref('received_order_lines') }}
    group by order_source

),

verdicts as (

    select
        order_source,
        count(case when verdict = 'kept' then 1 end) as kept_lines,
        count(case when verdict = 'duplicate' then 1 end) as duplicate_lines,
        count(case when verdict = 'superseded' then 1 end) as superseded_lines,
        count(case when verdict = 'cancelled' then 1 end) as cancelled_lines,
        count(case when verdict = 'rejected' then 1 end) as rejected_lines
    from {{ ref('order_line_verdicts') }}
    group by order_source

),

compared as (

    select
        order_source,
        min(order_source) over (partition by order_id, line_group)
        = max(order_source) over (partition by order_id, line_group) as is_only_here,
        min(order_source) over (partition by order_id, line_group, line_content)
        = max(order_source) over (partition by order_id, line_group, line_content) as has_no_equal
    from {{ ref('resolved_order_lines') }}

),

comparison as (

    select
        order_source,
        count(case when is_only_here then 1 end) as lines_only_here,
        count(case when has_no_equal and not is_only_here then 1 end) as contradicting_lines
    from compared
    group by order_source

),

audit as (

    select
        received.order_source,
        received.received_lines,
        verdicts.kept_lines,
        verdicts.duplicate_lines,
        verdicts.superseded_lines,
        verdicts.cancelled_lines,
        verdicts.rejected_lines,
        coalesce(comparison.lines_only_here, 0) as lines_only_here,
        coalesce(comparison.contradicting_lines, 0) as contradicting_lines
    from received
    left join verdicts on received.order_source = verdicts.order_source
    left join comparison on received.order_source = comparison.order_source

)

select * from audit
