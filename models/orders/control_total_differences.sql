{%- set model_name = setting('control_totals') -%}
{%- set amount = 'decimal(38, 4)' -%}

{% if model_name is none %}

select
    cast(null as {{ dbt.type_string() }}) as order_source,
    cast(null as date) as period_start,
    cast(null as date) as period_end,
    cast(null as {{ dbt.type_string() }}) as measure,
    cast(null as {{ amount }}) as stated,
    cast(null as {{ amount }}) as kept,
    cast(null as {{ amount }}) as difference,
    cast(null as {{ dbt.type_boolean() }}) as is_within_tolerance
where 1 = 0

{% else %}
{%- set columns = {
    'order_source': dbt.type_string(), 'period_start': 'date', 'period_end': 'date', 'order_count': amount,
    'line_count': amount, 'revenue': amount
} -%}
{%- do check_input_columns(model_name, columns | list, 'control_totals') -%}

with stated as (
    {{ input_query(model_name, columns, {}) }}
),

totals as (

    select
        coalesce(order_source, 'all') as order_source,
        period_start,
        period_end,
        order_count,
        line_count,
        revenue
    from stated
    {%- if setting('as_of') is not none %}
    -- A period that ends later is not over yet.
    where period_end <= {{ dbt.dateadd('day', 1, 'cast(' ~ run_clock() ~ ' as date)') }}
    {%- endif %}

),

kept_lines as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}
    where verdict = 'kept'

),

compared as (

    select
        totals.order_source,
        totals.period_start,
        totals.period_end,
        max(totals.order_count) as stated_order_count,
        max(totals.line_count) as stated_line_count,
        max(totals.revenue) as stated_revenue,
        count(distinct kept_lines.order_id) as order_count,
        count(kept_lines.received_line_id) as line_count,
        coalesce(
            sum((kept_lines.quantity - kept_lines.returned_quantity) * kept_lines.unit_price), 0
        ) as revenue
    from totals
    left join kept_lines
        on kept_lines.ordered_at >= totals.period_start
        and kept_lines.ordered_at < totals.period_end
        and (totals.order_source = 'all' or totals.order_source = kept_lines.order_source)
    group by totals.order_source, totals.period_start, totals.period_end

),

measured as (

    {%- for measure in ['order_count', 'line_count', 'revenue'] %}
    select
        order_source,
        period_start,
        period_end,
        '{{ measure }}' as measure,
        stated_{{ measure }} as stated,
        cast({{ measure }} as {{ amount }}) as kept
    from compared
    where stated_{{ measure }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

differences as (

    select
        order_source,
        period_start,
        period_end,
        measure,
        stated,
        kept,
        cast(kept - stated as {{ amount }}) as difference,
        abs(kept - stated) <= abs(stated) * {{ setting('control_totals_tolerance') }} as is_within_tolerance
    from measured

)

select * from differences

{% endif %}
