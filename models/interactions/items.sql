with products as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

bought_products as (

    select
        product_id,
        min(ordered_at) as first_ordered_at
    from {{ ref('also_bought', 'order_lines') }}
    group by product_id

),

items as (

    select
        products.product_id as item_id,
        cast(
            row_number() over (
                order by
                    {{ judged_first('bought_products.first_ordered_at') -}}
                    {{ byte_order('products.product_id') }}
            ) as {{ dbt.type_int() }}
        ) as item_key,
        coalesce(products.product_name, products.product_id) as item_name,
        products.launched_on,
        products.discontinued_on,
        products.is_in_stock,
        products.is_blocked
    from products
    inner join bought_products on products.product_id = bought_products.product_id

)

select * from items
