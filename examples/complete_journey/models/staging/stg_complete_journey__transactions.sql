with source as (

    select
        *,
        file_row_number
    from {{ source('complete_journey', 'transactions') }}

),

named as (

    select
        'transactions' as order_source,
        {{ also_bought.as_text('file_row_number') }} as source_row,
        {{ also_bought.received_text([
            'household_id', 'store_id', 'basket_id', 'product_id', 'quantity', 'sales_value',
            'retail_disc', 'coupon_disc', 'coupon_match_disc', 'week', 'transaction_timestamp'
        ]) }} as received_text,

        -- ids
        {{ also_bought.as_text('basket_id') }} as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        {{ also_bought.as_text('household_id') }} as customer_id,
        {{ also_bought.as_text('product_id') }} as product_id,

        -- amounts: what a coupon paid in full was still bought, so no price instead of a price of 0
        quantity,
        cast(nullif(sales_value, 0) / nullif(quantity, 0) as decimal(18, 4)) as unit_price,
        {{ also_bought.as_text('quantity') }} as received_quantity,

        -- status: a basket is in the file because it was paid
        'completed' as order_status,

        -- times
        transaction_timestamp as ordered_at,
        {{ also_bought.as_text('transaction_timestamp') }} as received_ordered_at,
        cast(null as {{ dbt.type_timestamp() }}) as updated_at

    from source

)

select * from named
