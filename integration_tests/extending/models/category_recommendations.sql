select
    products.category,
    recommendations.item_id,
    cast(count(*) as int) as user_count
from {{ ref('also_bought', 'user_recommendations') }} as recommendations
inner join {{ ref('also_bought', 'products') }} as products on recommendations.item_id = products.product_id
where recommendations.list = 'explore'
group by products.category, recommendations.item_id
