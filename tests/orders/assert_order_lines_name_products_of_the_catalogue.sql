select order_lines.*
from {{ ref('also_bought', 'order_lines') }} as order_lines
left join {{ ref('also_bought', 'catalogue') }} as products on order_lines.product_id = products.product_id
where products.product_id is null
