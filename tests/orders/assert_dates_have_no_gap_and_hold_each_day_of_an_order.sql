-- The first of January 1900 was a Monday.
with dates as (

    select
        *,
        cast('1900-01-01' as date) as monday
    from {{ ref('also_bought', 'dates') }}

),

numbered as (

    select
        date_day,
        iso_weekday,
        {{ dbt.datediff('monday', 'date_day', 'day') }}
            as day_number
    from dates

),

compared as (

    select
        *,
        lag(day_number) over (order by day_number) as day_number_before
    from numbered

)

select
    date_day,
    'follows a gap, or has another weekday' as fault
from compared
where day_number - 1 <> day_number_before or iso_weekday <> 1 + mod(day_number, 7)
union all
select distinct
    cast(order_lines.ordered_at as date) as date_day,
    'has orders and is not there' as fault
from {{ ref('also_bought', 'order_lines') }} as order_lines
left join dates on cast(order_lines.ordered_at as date) = dates.date_day
where dates.date_day is null
