-- Items of the categories that a customer buys from, as it was known at each cut.
{{ config(materialized='table') }}

with bought_categories as (

    select
        cuts.cut_key,
        order_lines.customer_id,
        products.category,
        count(*) as line_count
    from {{ ref('also_bought', 'cuts') }} as cuts
    inner join {{ ref('also_bought', 'order_lines') }} as order_lines
        on cuts.cut_at > order_lines.ordered_at
    inner join {{ ref('also_bought', 'products') }} as products
        on order_lines.product_id = products.product_id
    group by cuts.cut_key, order_lines.customer_id, products.category

)

select
    bought_categories.cut_key,
    bought_categories.customer_id as user_id,
    products.product_id as item_id,
    bought_categories.line_count as score
from bought_categories
inner join {{ ref('also_bought', 'products') }} as products
    on bought_categories.category = products.category
