{#- 1,436,436 by the data sheet's own cleaning, which drops goods without a category (its list of
    categories cannot match a null): 795 of 28 products, such as carrots and cut vegetables, kept here. -#}

with household_days as (

    select distinct
        order_lines.customer_id,
        order_lines.product_id,
        cast(order_lines.ordered_at as date) as ordered_on,
        products.category
    from {{ ref('also_bought', 'order_lines') }} as order_lines
    inner join {{ ref('also_bought', 'products') }} as products
        on order_lines.product_id = products.product_id

)

{{ differing_counts('household_days', {
    'household days with a product': [1436436 + 795, 'count(*)'],
    'of them without a category': [795, 'count(*) filter (where category is null)'],
    'households': [2467, 'count(distinct customer_id)'],
    'products': [67801 + 28, 'count(distinct product_id)'],
    'products without a category': [
        28, 'count(distinct product_id) filter (where category is null)'
    ],
}) }}
