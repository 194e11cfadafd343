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
        {%- for verdict in ['kept', 'duplicate', 'superseded', 'cancelled', 'rejected'] %}
        sum(case when verdict = '{{ verdict }}' then 1 else 0 end) as {{ verdict }}_lines
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('order_line_verdicts') }}
    group by order_source

),

compared as (

    select
        order_source,
        min(order_source) over (partition by order_id, line_group)
        = max(order_source) over (partition by order_id, line_group) as is_only_here,
        min(order_source) over (partition by order_id, line_group, content)
        = max(order_source) over (partition by order_id, line_group, content) as has_no_equal
    from {{ ref('resolved_order_lines') }}

),

comparison as (

    select
        order_source,
        sum(case when is_only_here then 1 else 0 end) as lines_only_here,
        sum(case when has_no_equal and not is_only_here then 1 else 0 end) as contradicting_lines
    from compared
    group by order_source

),

audit as (

    select
        received.order_source,
        cast(received.received_lines as {{ dbt.type_bigint() }}) as received_lines,
        {%- for verdict in ['kept', 'duplicate', 'superseded', 'cancelled', 'rejected'] %}
        cast(verdicts.{{ verdict }}_lines as {{ dbt.type_bigint() }}) as {{ verdict }}_lines,
        {%- endfor %}
        cast(coalesce(comparison.lines_only_here, 0) as {{ dbt.type_bigint() }}) as lines_only_here,
        cast(coalesce(comparison.contradicting_lines, 0) as {{ dbt.type_bigint() }})
            as contradicting_lines
    from received
    left join verdicts on received.order_source = verdicts.order_source
    left join comparison on received.order_source = comparison.order_source

)

select * from audit
