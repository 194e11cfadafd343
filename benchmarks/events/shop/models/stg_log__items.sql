select distinct
    {{ also_bought.as_text('item_id') }} as product_id,
    {{ also_bought.as_text('item_id') }} as product_name,
    cast(null as {{ dbt.type_string() }}) as category,
    true as is_merchandise,
    cast(null as date) as launched_on,
    cast(null as date) as discontinued_on,
    true as is_in_stock,
    false as is_blocked
from {{ source('log', 'events') }}
