{%- set amount = 'decimal(38, 4)' -%}
{%- set fates = ['duplicate', 'superseded', 'cancelled', 'rejected', 'later'] -%}

with daily as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}
    where ordered_on is not null

),

kept_orders as (

    select distinct
        order_source,
        cast(ordered_at as date) as ordered_on,
        order_id
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where verdict = 'kept'

),

differences as (

    select * from {{ ref('also_bought', 'control_total_differences') }}

),

-- Each day by itself, and under the source `all`.
totals as (

    {%- for source, grouped in {'order_source': 'order_source, ordered_on', "'all'": 'ordered_on'}.items() %}
    {%- for measure, returned in {'line_count': '0', 'revenue': 'returned_revenue'}.items() %}
    select
        {{ source }} as order_source,
        ordered_on,
        '{{ measure }}' as measure,
        sum({{ measure }}) as received,
        {%- for fate in fates %}
        sum(case when verdict = '{{ fate }}' then {{ measure }} else 0 end) as {{ fate }},
        {%- endfor %}
        sum(case when verdict = 'kept' then {{ returned }} else 0 end) as returned,
        sum(case when verdict = 'kept' then {{ measure }} - {{ returned }} else 0 end) as kept
    from daily
    group by {{ grouped }}
    union all
    {%- endfor %}
    select
        {{ source }} as order_source,
        ordered_on,
        'order_count' as measure,
        {%- for column in ['received'] + fates + ['returned'] %}
        null as {{ column }},
        {%- endfor %}
        count(distinct order_id) as kept
    from kept_orders
    group by {{ grouped }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

days_stated as (

    select * from differences
    where period_end = {{ dbt.dateadd('day', 1, 'period_start') }}

),

compared as (

    select
        coalesce(totals.order_source, days_stated.order_source) as order_source,
        coalesce(totals.ordered_on, days_stated.period_start) as ordered_on,
        coalesce(totals.measure, days_stated.measure) as measure,
        {%- for column in ['received'] + fates + ['returned'] %}
        cast(totals.{{ column }} as {{ amount }}) as {{ column }},
        {%- endfor %}
        cast(coalesce(totals.kept, 0) as {{ amount }}) as kept,
        days_stated.stated,
        days_stated.difference,
        days_stated.is_within_tolerance
    from totals
    -- A day of which nothing came is the first to look at.
    full outer join days_stated
        on totals.order_source = days_stated.order_source
        and totals.ordered_on = days_stated.period_start
        and totals.measure = days_stated.measure

)

select * from compared
