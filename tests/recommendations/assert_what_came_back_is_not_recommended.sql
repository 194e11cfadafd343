-- Read from the verdicts of the lines, not from the models that leave it out.
with came_back as (

    select distinct
        verdicts.customer_id,
        coalesce(products.parent_product_id, products.product_id) as product_id
    from {{ ref('also_bought', 'order_line_verdicts') }} as verdicts
    inner join {{ ref('also_bought', 'catalogue') }} as products on verdicts.product_id = products.product_id
    where {{ came_back('verdicts.verdict_reason') }}

)

select
    recommendations.user_id,
    recommendations.list,
    recommendations.item_id
from {{ ref('also_bought', 'user_recommendations') }} as recommendations
inner join came_back
    on recommendations.user_id = came_back.customer_id
    and recommendations.item_id = came_back.product_id
left join {{ ref('also_bought', 'order_lines') }} as order_lines
    on recommendations.user_id = order_lines.customer_id
    and recommendations.item_id = order_lines.product_id
where order_lines.product_id is null
