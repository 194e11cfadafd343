select counts.*
from {{ ref('also_bought', 'user_item_counts') }} as counts
left join {{ ref('also_bought', 'catalogue') }} as products on counts.item_id = products.product_id
where products.product_id is null
