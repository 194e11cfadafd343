with verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

),

daily as (

    select
        order_source,
        cast(ordered_at as date) as ordered_on,
        verdict,
        verdict_reason,
        count(*) as line_count,
        max(ordered_at) as last_ordered_at,
        cast(coalesce(sum(
            case when abs(quantity) <= {{ largest_quantity() }} then quantity end
        ), 0) as {{ dbt.type_bigint() }}) as unit_count,
        cast(coalesce(sum(
            case when abs(quantity) <= {{ largest_quantity() }} then quantity * unit_price end
        ), 0) as decimal(38, 4)) as revenue,
        cast(coalesce(sum(returned_quantity * unit_price), 0) as decimal(38, 4)) as returned_revenue
    from verdicts
    group by order_source, cast(ordered_at as date), verdict, verdict_reason

)

select * from daily
