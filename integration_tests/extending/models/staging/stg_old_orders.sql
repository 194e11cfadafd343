with source as (

    select * from {{ source('raw', 'orders_v2') }}

),

named as (

    select
        'old_orders' as order_source,
        row_id as source_row,
        {{ also_bought.received_text(
            ['order_no', 'cust', 'cust_email', 'sku', 'qty', 'order_date', 'price', 'state'],
            personal_columns=['cust_email']
        ) }} as received_text,

        -- ids
        {{ also_bought.clean_id('order_no') }} as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        {{ also_bought.clean_id('cust') }} as customer_id,
        {{ also_bought.clean_id('sku') }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('qty') }} as quantity,
        {{ also_bought.parse_decimal('price') }} as unit_price,
        qty as received_quantity,

        -- status
        {{ also_bought.map_status('state', {
            'completed': ['paid', 'shipped', 'delivered'],
            'cancelled': ['cancelled'],
            'refunded': ['refunded'],
            'unpaid': ['unpaid'],
            'draft': ['draft'],
            'fraudulent': ['fraud']
        }) }} as order_status,

        -- times
        {{ also_bought.parse_timestamp('order_date', ['%d/%m/%Y %H:%M'], 'Europe/London') }} as ordered_at,
        order_date as received_ordered_at,
        cast(null as {{ dbt.type_timestamp() }}) as updated_at

    from source

)

select * from named
