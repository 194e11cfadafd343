with source as (

    select
        *,
        file_row_number
    from {{ source('benchmark', 'purchases') }}

)

select
    'purchases' as order_source,
    {{ also_bought.as_text('file_row_number') }} as source_row,
    {{ also_bought.received_text(['customer', 'item', 'day']) }} as received_text,
    customer || ' ' || {{ also_bought.as_text('day') }} as order_id,
    cast(null as {{ dbt.type_string() }}) as order_line_id,
    customer as customer_id,
    item as product_id,
    cast(1 as {{ dbt.type_bigint() }}) as quantity,
    '1' as received_quantity,
    cast(null as decimal(18, 4)) as unit_price,
    'completed' as order_status,
    cast(day as {{ dbt.type_timestamp() }}) as ordered_at,
    {{ also_bought.as_text('day') }} as received_ordered_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from source
