with received as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

),

counted as (

    select
        order_source,
        count(*) as line_count,
        count(case when quantity < 0 then 1 end) as return_count
    from received
    group by order_source

)

select
    order_source,
    1.0 * return_count / line_count as found,
    10 * return_count > line_count as is_wrong,
    {{ also_bought.sentence(
        '{return_count} of {line_count} lines of {order_source} are returns; one in ten may be.'
    ) }} as sentence
from counted
