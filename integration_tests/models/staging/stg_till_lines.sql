with source as (

    select * from {{ ref('till_lines') }}

),

named as (

    select
        'till' as order_source,
        zeile as source_row,
        {{ also_bought.received_text(
            ['beleg', 'kunde', 'isbn', 'menge', 'preis', 'datum', 'zustand'],
            personal_columns=['kunde']
        ) }} as received_text,

        -- ids
        {{ also_bought.clean_id('beleg') }} as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        {{ also_bought.clean_id('kunde') }} as customer_id,
        {{ also_bought.clean_id('isbn') }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('menge') }} as quantity,
        {{ also_bought.parse_decimal("replace(preis, ',', '.')") }} as unit_price,
        menge as received_quantity,

        -- status
        {{ also_bought.map_status('zustand', {
            'completed': ['bezahlt'],
            'unpaid': ['auf rechnung'],
            'cancelled': ['storniert']
        }) }} as order_status,

        -- times
        {{ also_bought.parse_timestamp('datum', ['%d.%m.%Y %H:%M'], 'Europe/Berlin') }} as ordered_at,
        datum as received_ordered_at,
        cast(null as {{ dbt.type_timestamp() }}) as updated_at

    from source

)

select * from named
