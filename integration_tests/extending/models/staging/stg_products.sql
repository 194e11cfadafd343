with source as (

    select * from {{ source('raw', 'products') }}

),

named as (

    select
        -- ids
        {{ also_bought.clean_id('product_code') }} as product_id,

        -- what it is
        {{ also_bought.clean_text('title') }} as product_name,
        {{ also_bought.clean_text('category') }} as category,
        kind = 'merchandise' as is_merchandise,

        -- whether it may be sold
        cast({{ also_bought.parse_timestamp('launched_on', ['%Y-%m-%d']) }} as date) as launched_on,
        cast({{ also_bought.parse_timestamp('discontinued_on', ['%Y-%m-%d']) }} as date) as discontinued_on,
        coalesce({{ also_bought.parse_integer('stock') }}, 0) > 0 as is_in_stock,
        lower(is_blocked) = 'true' as is_blocked

    from source

)

select * from named
