{{ config(materialized='table') }}

{#- The shop left no catalogue, so it is read off the order lines. Only lines with a price name a
    product: on the others the stock room wrote its notes ("check", "damages", "wet pallet"). -#}

with source as (

    select * from {{ source('online_retail', 'online_retail') }}

),

lines as (

    select
        {{ stock_code() }} as product_id,
        {{ also_bought.clean_text('"Description"') }} as description,
        {{ also_bought.parse_decimal('"UnitPrice"') }} > 0 as has_price
    from source

),

product_ids as (

    select distinct product_id from lines
    where product_id is not null

),

descriptions_counted as (

    select
        product_id,
        description,
        count(*) as line_count
    from lines
    where has_price and description <> ''
    group by product_id, description

),

descriptions_ranked as (

    select
        product_id,
        description,
        row_number() over (
            partition by product_id
            order by line_count desc, {{ also_bought.byte_order('description') }} asc
        ) as place
    from descriptions_counted

),

named as (

    select
        -- ids
        product_ids.product_id,

        -- what it is
        coalesce(descriptions_ranked.description, product_ids.product_id) as product_name,
        cast(null as {{ dbt.type_string() }}) as category,
        {{ is_merchandise('product_ids.product_id') }} as is_merchandise,

        -- whether it may be sold: nothing is known, so everything may
        cast(null as date) as launched_on,
        cast(null as date) as discontinued_on,
        true as is_in_stock,
        false as is_blocked

    from product_ids
    left join descriptions_ranked
        on product_ids.product_id = descriptions_ranked.product_id
        and descriptions_ranked.place = 1

)

select * from named
