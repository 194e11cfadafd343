select
    product_id,
    product_id as product_name,
    'all' as category,
    is_merchandise,
    cast(null as date) as launched_on,
    cast(null as date) as discontinued_on,
    true as is_in_stock,
    false as is_blocked
from received.raw.products
