select
    recommendations.user_id,
    recommendations.item_id
from {{ ref('also_bought', 'user_recommendations') }} as recommendations
inner join {{ ref('also_bought', 'order_lines') }} as order_lines
    on recommendations.user_id = order_lines.customer_id
    and recommendations.item_id = order_lines.product_id
where recommendations.list = 'explore'
