with returned_lines as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}
    where {{ came_back('verdict_reason') }}

),

products as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

user_item_returns as (

    select
        users.user_key,
        items.item_key,
        min(returned_lines.ordered_at) as first_known_at
    from returned_lines
    inner join products on returned_lines.product_id = products.product_id
    inner join users on returned_lines.customer_id = users.user_id
    inner join items on coalesce(products.parent_product_id, products.product_id) = items.item_id
    group by users.user_key, items.item_key

)

select * from user_item_returns
