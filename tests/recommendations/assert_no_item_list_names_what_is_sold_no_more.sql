-- Counted from the order lines. A catalogue that keeps dates is believed.
with last_sales as (

    select
        product_id,
        max(ordered_at) as last_sold_at
    from {{ ref('also_bought', 'order_lines') }}
    group by product_id

),

catalogue as (

    select count(discontinued_on) as dated_products
    from {{ ref('also_bought', 'catalogue') }}

)

select
    recommended.item_id,
    recommended.recommended_item_id,
    last_sales.last_sold_at
from {{ ref('also_bought', 'item_recommendations') }} as recommended
inner join last_sales on recommended.recommended_item_id = last_sales.product_id
inner join {{ ref('also_bought', 'cuts') }} as cuts on {{ is_production('cuts') }}
cross join catalogue
where {{ is_stale('last_sales.last_sold_at', 'cuts.cut_at', 'catalogue.dated_products > 0') }}
