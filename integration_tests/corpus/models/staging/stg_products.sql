with source as (

    select * from {{ source('raw', 'products') }}

),

named as (

    select
        -- ids
        {{ also_bought.clean_id('product_id') }} as product_id,

        -- what it is
        {{ also_bought.clean_text('product_name') }} as product_name,
        {{ also_bought.clean_text('category') }} as category,
        kind = 'merchandise' as is_merchandise,

        -- whether it may be sold
        cast({{ also_bought.parse_timestamp('launched_on', ['%Y-%m-%d']) }} as date) as launched_on,
        cast({{ also_bought.parse_timestamp('discontinued_on', ['%Y-%m-%d']) }} as date)
            as discontinued_on,
        stock <> '0' as is_in_stock,
        blocked = 'yes' as is_blocked,
        sensitive = 'yes' as is_sensitive,

        -- what it is sold as
        {{ also_bought.clean_id('parent_product_id') }} as parent_product_id,
        {{ also_bought.clean_id('product_code') }} as product_code,
        cast({{ also_bought.parse_timestamp('code_valid_from', ['%Y-%m-%d']) }} as date)
            as code_valid_from,
        cast({{ also_bought.parse_timestamp('code_valid_until', ['%Y-%m-%d']) }} as date)
            as code_valid_until

    from source

)

select * from named
