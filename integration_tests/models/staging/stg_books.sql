with source as (

    select * from {{ ref('books') }}

),

named as (

    select
        -- ids
        {{ also_bought.clean_id('isbn') }} as product_id,

        -- what it is
        {{ also_bought.clean_text('titel') }} as product_name,
        {{ also_bought.clean_text('sachgruppe') }} as category,
        warenart = 'Buch' as is_merchandise,

        -- whether it may be sold
        cast({{ also_bought.parse_timestamp('erschienen', ['%d.%m.%Y']) }} as date) as launched_on,
        cast({{ also_bought.parse_timestamp('vergriffen_seit', ['%d.%m.%Y']) }} as date)
            as discontinued_on,
        {{ also_bought.parse_integer('lager') }} > 0 as is_in_stock,
        gesperrt = 'ja' as is_blocked

    from source

)

select * from named
