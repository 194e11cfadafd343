with source as (

    select * from {{ source('benchmark', 'items') }}

)

select
    item as product_id,
    item as product_name,
    cast(null as {{ dbt.type_string() }}) as category,
    true as is_merchandise,
    recommendable_from as launched_on,
    cast(null as date) as discontinued_on,
    true as is_in_stock,
    false as is_blocked
from source
