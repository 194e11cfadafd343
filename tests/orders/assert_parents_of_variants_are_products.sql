select variants.*
from {{ ref('also_bought', 'products') }} as variants
left join {{ ref('also_bought', 'products') }} as parents on variants.parent_product_id = parents.product_id
where variants.parent_product_id is not null and parents.product_id is null
