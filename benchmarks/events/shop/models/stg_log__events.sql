select
    'log' as event_source,
    {{ also_bought.as_text('source_row') }} as event_id,
    {{ also_bought.as_text('user_id') }} as customer_id,
    cast(null as {{ dbt.type_string() }}) as anonymous_id,
    {{ also_bought.as_text('item_id') }} as product_id,
    case event_type when 'favourite' then 'wishlist' else event_type end as event_type,
    event_time as occurred_at
from {{ source('log', 'events') }}
