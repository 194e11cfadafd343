select
    cast(null as varchar) as order_source,
    date '2025-03-01' as period_start,
    date '2025-04-01' as period_end,
    2 as order_count,
    cast(null as bigint) as line_count,
    7.50 as revenue
