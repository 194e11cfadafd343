with daily as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}

),

named as (

    select
        {{ joined_key(
            'order_source',
            joined_key(
                "coalesce(" ~ as_text('ordered_on') ~ ", 'undated')", "coalesce(verdict_reason, verdict)"
            )
        ) }} as row_id,
        order_source,
        ordered_on,
        verdict,
        verdict_reason,
        cast(line_count as {{ dbt.type_bigint() }}) as line_count,
        unit_count,
        revenue
    from daily

)

select * from named
