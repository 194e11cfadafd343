with source as (

    select * from {{ source('raw', 'orders_final_final') }}

),

named as (

    select
        'orders' as order_source,
        _row as source_row,
        {{ also_bought.received_text([
            'order_id', 'line_id', 'customer_id', 'product_id', 'units', 'ordered_at',
            'unit_price_pence', 'status', 'updated_at'
        ]) }} as received_text,

        -- ids
        {{ also_bought.clean_id('order_id') }} as order_id,
        {{ also_bought.clean_id('line_id') }} as order_line_id,
        {{ also_bought.clean_id('customer_id') }} as customer_id,
        {{ also_bought.clean_id('product_id') }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('units') }} as quantity,
        cast({{ also_bought.parse_decimal('unit_price_pence') }} / 100 as decimal(18, 4)) as unit_price,
        units as received_quantity,

        -- status
        {{ also_bought.map_status('status', {
            'completed': ['completed'],
            'cancelled': ['cancelled'],
            'refunded': ['refunded'],
            'unpaid': ['unpaid'],
            'draft': ['draft'],
            'fraudulent': ['fraudulent']
        }) }} as order_status,

        -- times
        {{ also_bought.parse_timestamp('ordered_at', ['%Y-%m-%dT%H:%M:%SZ']) }} as ordered_at,
        ordered_at as received_ordered_at,
        {{ also_bought.parse_timestamp('updated_at', ['%Y-%m-%dT%H:%M:%SZ']) }} as updated_at

    from source

)

select * from named
