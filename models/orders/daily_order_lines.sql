{#- A day with too few customers counts with the rest of its month, such a month with the rest of its year,
    and such a year without a day. -#}
{%- set periods = ['day', 'month', 'year'] -%}

with daily as (

    select
        *,
        coalesce(verdict_reason, verdict) as fate
    from {{ ref('also_bought', 'daily_verdicts') }}

),

rest_of_day as (

    select distinct
        order_source,
        cast(ordered_at as date) as ordered_on,
        coalesce(verdict_reason, verdict) as fate,
        customer_id
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where customer_id is not null

),

{%- for period in periods %}

enough_in_{{ period }} as (

    select
        order_source,
        cast({{ dbt.date_trunc(period, 'ordered_on') }} as date) as starts_on,
        fate
    from rest_of_{{ period }}
    group by order_source, cast({{ dbt.date_trunc(period, 'ordered_on') }} as date), fate
    having count(distinct customer_id) >= {{ fewest_people_named() }}

),
{%- set coarser = loop.nextitem | default('sources') %}

rest_of_{{ coarser }} as (

    select rest.*
    from rest_of_{{ period }} as rest
    left join enough_in_{{ period }} as enough
        on rest.order_source = enough.order_source
        and cast({{ dbt.date_trunc(period, 'rest.ordered_on') }} as date) = enough.starts_on
        and rest.fate = enough.fate
    where enough.fate is null

),
{%- endfor %}

enough_without_day as (

    select
        order_source,
        fate
    from rest_of_sources
    group by order_source, fate
    having count(distinct customer_id) >= {{ fewest_people_named() }}

),

placed as (

    select
        daily.order_source,
        coalesce(enough_in_day.starts_on, enough_in_month.starts_on, enough_in_year.starts_on)
            as ordered_on,
        daily.verdict,
        daily.verdict_reason,
        daily.fate,
        daily.line_count,
        daily.unit_count,
        daily.revenue
    from daily
    {% for period in periods -%}
    left join enough_in_{{ period }}
        on daily.order_source = enough_in_{{ period }}.order_source
        and cast({{ dbt.date_trunc(period, 'daily.ordered_on') }} as date) = enough_in_{{ period }}.starts_on
        and daily.fate = enough_in_{{ period }}.fate
    {% endfor %}

),

-- The lines are those of `order_audit`; what few customers paid is nobody's business.
valued as (

    select
        placed.*,
        placed.ordered_on is not null or enough_without_day.fate is not null as is_of_enough
    from placed
    left join enough_without_day
        on placed.order_source = enough_without_day.order_source
        and placed.fate = enough_without_day.fate

),

counted as (

    select
        order_source,
        ordered_on,
        verdict,
        verdict_reason,
        fate,
        sum(line_count) as line_count,
        sum(case when is_of_enough then unit_count else 0 end) as unit_count,
        sum(case when is_of_enough then revenue else 0 end) as revenue
    from valued
    group by order_source, ordered_on, verdict, verdict_reason, fate

),

named as (

    select
        {{ joined_key(
            'order_source',
            joined_key("coalesce(" ~ as_text('ordered_on') ~ ", 'undated')", 'fate')
        ) }} as row_id,
        order_source,
        ordered_on,
        verdict,
        verdict_reason,
        cast(line_count as {{ dbt.type_bigint() }}) as line_count,
        cast(unit_count as {{ dbt.type_bigint() }}) as unit_count,
        cast(revenue as decimal(38, 4)) as revenue
    from counted

)

select * from named
