select
    recommendations.user_id,
    recommendations.item_id
from {{ ref('user_recommendations') }} as recommendations
inner join {{ ref('order_lines') }} as order_lines
    on recommendations.user_id = order_lines.customer_id
    and recommendations.item_id = order_lines.product_id
where recommendations.list = 'explore'
