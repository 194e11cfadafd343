with source as (

    select * from {{ ref('also_bought', 'raw_products') }}

),

named as (

    select
        -- ids
        {{ clean_id('product_code') }} as product_id,

        -- what it is
        {{ clean_text('title') }} as product_name,
        {{ clean_text('category') }} as category,
        kind = 'merchandise' as is_merchandise,

        -- what is shown of it
        {{ clean_text('brand') }} as brand,
        {{ parse_decimal('price') }} as price,
        {{ clean_text('image_url') }} as image_url,
        {{ clean_text('product_url') }} as product_url,

        -- whether it may be sold
        cast({{ parse_timestamp('launched_on', ['%Y-%m-%d']) }} as date) as launched_on,
        cast({{ parse_timestamp('discontinued_on', ['%Y-%m-%d']) }} as date) as discontinued_on,
        coalesce({{ parse_integer('stock') }}, 0) > 0 as is_in_stock,
        lower(is_blocked) = 'true' as is_blocked

    from source

)

select * from named
