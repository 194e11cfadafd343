{#- A name that no priced line of the code bears is a note, unless it is the code itself. -#}

with products as (

    select * from {{ ref('stg_online_retail__products') }}

),

priced_lines as (

    select distinct
        {{ stock_code() }} as product_id,
        {{ also_bought.clean_text('"Description"') }} as description
    from {{ source('online_retail', 'online_retail') }}
    where cast("UnitPrice" as decimal(18, 4)) > 0

)

select products.*
from products
left join priced_lines
    on products.product_id = priced_lines.product_id
    and products.product_name = priced_lines.description
where priced_lines.product_id is null and products.product_name <> products.product_id
