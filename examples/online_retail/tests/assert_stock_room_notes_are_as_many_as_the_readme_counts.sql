{#- A note is a description of a line without a price that no priced line of the same code bears. -#}

with lines as (

    select
        {{ stock_code() }} as product_id,
        {{ also_bought.clean_text('"Description"') }} as description,
        cast("UnitPrice" as decimal(18, 4)) > 0 as has_price,
        "CustomerID" is not null as has_customer
    from {{ source('online_retail', 'online_retail') }}

),

compared as (

    select
        *,
        max(case when has_price then 1 else 0 end)
            over (partition by product_id, description) as is_name
    from lines

)

{{ differing_counts('compared', {
    'notes': [640, 'count(*) filter (where is_name = 0 and description is not null)'],
    'different notes': [180, 'count(distinct description) filter (where is_name = 0)'],
    'notes on lines with a customer': [
        0, 'count(*) filter (where is_name = 0 and description is not null and has_customer)'
    ],
}) }}
