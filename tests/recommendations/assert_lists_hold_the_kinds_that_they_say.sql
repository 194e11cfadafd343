-- What was bought is asked of the orders themselves.
with bought as (

    select distinct
        customer_id,
        product_id
    from {{ ref('also_bought', 'order_lines') }}

)

select
    recommendations.user_id,
    recommendations.list,
    recommendations.item_id
from {{ ref('also_bought', 'user_recommendations') }} as recommendations
inner join {{ ref('also_bought', 'list_definitions') }} as definitions
    on recommendations.list = definitions.list
left join bought
    on recommendations.user_id = bought.customer_id
    and recommendations.item_id = bought.product_id
where
    (bought.product_id is null and not definitions.holds_new_items)
    or (bought.product_id is not null and not definitions.holds_bought_items)
