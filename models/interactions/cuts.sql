{#- Points in time at which recommendations are made. Cut 0 is production: everything ordered so far.
    The others lie in the past, one evaluation window apart, so that what was recommended then can be
    compared with what was bought next. -#}

with days as (

    select
        cast(ordered_at as date) as ordered_on,
        count(distinct customer_id) as customer_count
    from {{ ref('also_bought', 'order_lines') }}
    group by cast(ordered_at as date)

),

days_counted as (

    select
        ordered_on,
        sum(customer_count) over (order by ordered_on) as customers_so_far,
        sum(customer_count) over () as all_customers
    from days

),

-- A few orders of long ago, or of a mistyped date, are no history: it begins with a hundredth of all that
-- come. Each day counts its customers, so that one of a thousand orders moves no cut.
all_orders as (

    select
        min(case when 100 * customers_so_far >= all_customers then ordered_on end) as first_ordered_on,
        max(ordered_on) as last_ordered_on
    from days_counted
    having max(ordered_on) is not null

),

ends as (

    select
        first_ordered_on,
        {{ dbt.dateadd('day', 1, 'last_ordered_on') }} as ends_on
    from all_orders

),

history as (

    select
        first_ordered_on,
        ends_on,
        {%- if setting('weekly_evaluation') %}
        -- A Monday. The days since then judge nothing yet.
        case
            when first_ordered_on < {{ dbt.date_trunc('week', 'ends_on') }}
                then cast({{ dbt.date_trunc('week', 'ends_on') }} as date)
            else cast(ends_on as date)
        end as judged_until
        {%- else %}
        ends_on as judged_until
        {%- endif %}
    from ends

),

measured as (

    select
        *,
        {{ dbt.datediff('first_ordered_on', 'judged_until', 'day') }}
            as history_days
    from history

),

windows as (

    select
        ends_on,
        judged_until,
        cast({{ evaluation_window_days('history_days') }} as {{ dbt.type_int() }}) as window_days
    from measured

),

cuts as (

    {%- for cut_key in range(1, setting('backtest_cuts') + 1) %}
    select
        {{ cut_key }} as cut_key,
        {{ dbt.dateadd('day', '-' ~ cut_key ~ ' * window_days', 'judged_until') }} as cut_on,
        window_days
    from windows
    union all
    {%- endfor %}
    select
        0 as cut_key,
        ends_on as cut_on,
        window_days
    from windows

)

select
    cast(cut_key as {{ dbt.type_int() }}) as cut_key,
    case
        when {{ is_production() }} then 'production'
        when {{ is_reported() }} then 'reported'
        else 'trial'
    end as purpose,
    cast(cut_on as {{ dbt.type_timestamp() }}) as cut_at,
    window_days,
    cast({{ dbt.dateadd('day', 'window_days', 'cut_on') }} as {{ dbt.type_timestamp() }}) as window_ends_at
from cuts
