{#- Who bought what in which order, collected a second time and from the order lines alone. -#}

with order_lines as (

    select * from {{ ref('also_bought', 'order_lines') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

)

select
    users.user_key,
    items.item_key,
    order_lines.order_id,
    min(order_lines.ordered_at) as ordered_at,
    sum(order_lines.net_quantity) as unit_count
from order_lines
inner join users on order_lines.customer_id = users.user_id
inner join items on order_lines.product_id = items.item_id
group by users.user_key, items.item_key, order_lines.order_id
