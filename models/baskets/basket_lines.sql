{{ config(enabled=setting('basket_affinity')) }}

{#- Baskets are compared with others of the same customer and of about the same size: taste and size alone put
    items side by side. Customers with one order are compared with one another. -#}

with user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

sized as (

    select
        user_key,
        order_id,
        count(*) as item_count
    from user_item_orders
    group by user_key, order_id
    having count(*) <= {{ largest_basket() }}

),

sorted_baskets as (

    select
        user_key,
        order_id,
        row_number() over (order by user_key asc, {{ byte_order('order_id') }} asc) as basket_key,
        case when count(*) over (partition by user_key) > 1 then user_key else -1 end as compared_user_key,
        case
            {%- for power in range(7, 0, -1) %}
            when item_count >= {{ 2 ** power }} then {{ power }}
            {%- endfor %}
            else 0
        end as size_class
    from sized

),

baskets as (

    select
        *,
        count(*) over (partition by compared_user_key, size_class) as compared_baskets
    from sorted_baskets

),

basket_lines as (

    select
        user_item_orders.user_key,
        user_item_orders.item_key,
        baskets.basket_key,
        baskets.compared_user_key,
        baskets.size_class,
        baskets.compared_baskets
    from user_item_orders
    inner join baskets
        on user_item_orders.user_key = baskets.user_key
        and user_item_orders.order_id = baskets.order_id

)

select * from basket_lines
