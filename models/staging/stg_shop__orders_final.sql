with source as (

    select * from {{ ref('raw_orders_final') }}

),

named as (

    select
        'orders_final' as order_source,
        "RowId" as source_row,
        {{ received_text([
            'OrderID', 'LineNo', 'CustomerID', 'ProductCode', 'Quantity', 'OrderTimestamp',
            'UnitPrice', 'Status', 'LastModified'
        ]) }} as received_text,

        -- ids
        {{ clean_id('"OrderID"') }} as order_id,
        {{ clean_id('"LineNo"') }} as order_line_id,
        {{ clean_id('"CustomerID"') }} as customer_id,
        {{ clean_id('"ProductCode"') }} as product_id,

        -- amounts
        {{ parse_integer('"Quantity"') }} as quantity,
        {{ parse_decimal("replace(\"UnitPrice\", '£', '')") }} as unit_price,
        "Quantity" as received_quantity,

        -- status
        {{ map_status('"Status"', {
            'completed': ['complete'],
            'cancelled': ['cancelled'],
            'refunded': ['returned'],
            'unpaid': ['unpaid']
        }) }} as order_status,

        -- times
        {{ parse_timestamp('"OrderTimestamp"', ['%Y-%m-%d %H:%M:%S'], 'Europe/London') }}
            as ordered_at,
        "OrderTimestamp" as received_ordered_at,
        {{ parse_timestamp('"LastModified"', ['%Y-%m-%d %H:%M:%S'], 'Europe/London') }}
            as updated_at

    from source

)

select * from named
