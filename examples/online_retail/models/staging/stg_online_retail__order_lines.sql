with source as (

    select
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
        file_row_number
    from {{ source('online_retail', 'online_retail') }}

),

named as (

    select
        'online_retail' as order_source,
        {{ also_bought.as_text('file_row_number') }} as source_row,
        {{ also_bought.received_text([
            'InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice',
            'CustomerID', 'Country'
        ]) }} as received_text,

        -- ids
        {{ also_bought.clean_id('"InvoiceNo"') }} as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        -- The csv went through a program that took the numbers for floats: 17850.0.
        {{ also_bought.clean_id('"CustomerID"', drop_decimal_zero=true) }} as customer_id,
        {{ stock_code() }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('"Quantity"') }} as quantity,
        {{ also_bought.parse_decimal('"UnitPrice"') }} as unit_price,
        "Quantity" as received_quantity,

        -- status: a cancellation is an invoice of its own (C536379) with negative quantities, which
        -- names no invoice that it cancels. So it is read as a return, and returns find their purchase.
        'completed' as order_status,

        -- times
        {{ also_bought.parse_timestamp('"InvoiceDate"', ['%Y-%m-%d %H:%M:%S'], 'Europe/London') }}
            as ordered_at,
        "InvoiceDate" as received_ordered_at,
        cast(null as {{ dbt.type_timestamp() }}) as updated_at

    from source

)

select
    *,
    {{ also_bought.id_problem({'customer_id': '[0-9]{5}'}) }} as read_problem
from named
