with purchases as (

    select
        user_id,
        item_id,
        event_time,
        count(*) as quantity,
        min(source_row) as source_row
    from {{ source('log', 'events') }}
    where event_type = 'purchase'
    group by user_id, item_id, event_time

)

select
    'log' as order_source,
    {{ also_bought.as_text('source_row') }} as source_row,
    {{ also_bought.received_text(['user_id', 'item_id', 'event_time']) }} as received_text,
    user_id || ' ' || {{ also_bought.as_text('cast(event_time as date)') }} as order_id,
    cast(null as {{ dbt.type_string() }}) as order_line_id,
    {{ also_bought.as_text('user_id') }} as customer_id,
    {{ also_bought.as_text('item_id') }} as product_id,
    cast(quantity as {{ dbt.type_bigint() }}) as quantity,
    {{ also_bought.as_text('quantity') }} as received_quantity,
    cast(null as decimal(18, 4)) as unit_price,
    'completed' as order_status,
    event_time as ordered_at,
    {{ also_bought.as_text('event_time') }} as received_ordered_at,
    cast(null as {{ dbt.type_timestamp() }}) as updated_at
from purchases
