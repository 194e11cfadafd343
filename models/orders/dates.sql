{#- Whole years of the orders that count; of a mistyped year, at most the last hundred years. -#}
{%- set most_days = 36525 -%}

with order_lines as (

    select * from {{ ref('also_bought', 'order_lines') }}

),

bounds as (

    select
        cast({{ dbt.date_trunc('year', 'min(ordered_at)') }} as date) as first_day,
        cast({{ dbt.dateadd('year', 1, dbt.date_trunc('year', 'max(ordered_at)')) }} as date) as end_day
    from order_lines

),

day_numbers as (

    {{ dbt.generate_series(most_days) }}

),

days as (

    select
        bounds.first_day,
        cast({{ dbt.dateadd('day', '-day_numbers.generated_number', 'bounds.end_day') }} as date) as date_day
    from day_numbers
    cross join bounds

),

parts as (

    select
        date_day,
        cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_starts_on,
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_starts_on,
        cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_starts_on,
        cast({{ dbt.date_trunc('year', 'date_day') }} as date) as year_starts_on
    from days
    where date_day >= first_day

),

weekdays as (

    select
        *,
        1 + {{ dbt.datediff('week_starts_on', 'date_day', 'day') }}
            as day_of_week
    from parts

)

select
    date_day,
    week_starts_on,
    month_starts_on,
    quarter_starts_on,
    year_starts_on,
    cast(day_of_week as {{ dbt.type_int() }}) as iso_weekday
from weekdays
