with source as (

    select * from {{ source('complete_journey', 'products') }}

),

named as (

    select
        -- ids
        {{ also_bought.as_text('product_id') }} as product_id,

        -- what it is: no product has a name, so its type and the size of its package stand for one
        coalesce(product_type, product_category, department)
        || coalesce(' ' || package_size, '') as product_name,
        product_category as category,
        {{ is_merchandise('department', 'product_category') }} as is_merchandise,

        -- whether it may be sold: nothing is known, so everything may
        cast(null as date) as launched_on,
        cast(null as date) as discontinued_on,
        true as is_in_stock,
        false as is_blocked

    from source

)

select * from named
