with source as (

    select * from {{ ref('also_bought', 'raw_orders_final') }}

),

named as (

    select
        'orders_final' as order_source,
        {{ adapter.quote('RowId') }} as source_row,
        {{ received_text([
            'OrderID', 'LineNo', 'CustomerID', 'ProductCode', 'Quantity', 'OrderTimestamp',
            'UnitPrice', 'Status', 'LastModified'
        ]) }} as received_text,

        -- ids
        {{ clean_id(adapter.quote('OrderID')) }} as order_id,
        {{ clean_id(adapter.quote('LineNo')) }} as order_line_id,
        {{ clean_id(adapter.quote('CustomerID')) }} as customer_id,
        {{ clean_id(adapter.quote('ProductCode')) }} as product_id,

        -- amounts
        {{ parse_integer(adapter.quote('Quantity')) }} as quantity,
        {{ parse_decimal("replace(" ~ adapter.quote('UnitPrice') ~ ", '£', '')") }} as unit_price,
        {{ adapter.quote('Quantity') }} as received_quantity,

        -- status
        {{ map_status(adapter.quote('Status'), {
            'completed': ['complete'],
            'cancelled': ['cancelled'],
            'refunded': ['returned'],
            'unpaid': ['unpaid']
        }) }} as order_status,

        -- times
        {{ parse_timestamp(adapter.quote('OrderTimestamp'), ['%Y-%m-%d %H:%M:%S'], 'Europe/London') }}
            as ordered_at,
        {{ adapter.quote('OrderTimestamp') }} as received_ordered_at,
        {{ parse_timestamp(adapter.quote('LastModified'), ['%Y-%m-%d %H:%M:%S'], 'Europe/London') }}
            as updated_at

    from source

)

select * from named
