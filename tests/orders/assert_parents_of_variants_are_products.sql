select variants.*
from {{ ref('also_bought', 'catalogue') }} as variants
left join {{ ref('also_bought', 'catalogue') }} as parents on variants.parent_product_id = parents.product_id
where variants.parent_product_id is not null and parents.product_id is null
