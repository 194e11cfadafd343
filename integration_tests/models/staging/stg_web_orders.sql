with source as (

    select * from {{ ref('web_orders') }}

),

named as (

    select
        'web' as order_source,
        id as source_row,
        {{ also_bought.received_text(
            [
                'commande', 'ligne', 'client', 'ean', 'quantite', 'prix_centimes', 'commandee_le',
                'statut', 'modifiee_le'
            ],
            personal_columns=['client']
        ) }} as received_text,

        -- ids
        {{ also_bought.clean_id('commande') }} as order_id,
        {{ also_bought.clean_id('ligne') }} as order_line_id,
        {{ also_bought.clean_id('client') }} as customer_id,
        {{ also_bought.clean_id('ean') }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('quantite') }} as quantity,
        {{ also_bought.parse_decimal('prix_centimes') }} / 100 as unit_price,
        quantite as received_quantity,

        -- status
        {{ also_bought.map_status('statut', {
            'completed': ['payée'],
            'draft': ['en attente'],
            'refunded': ['remboursée']
        }) }} as order_status,

        -- times
        {{ also_bought.parse_timestamp('commandee_le', ['%Y-%m-%dT%H:%M:%S%z']) }} as ordered_at,
        commandee_le as received_ordered_at,
        {{ also_bought.parse_timestamp('modifiee_le', ['%Y-%m-%dT%H:%M:%S%z']) }} as updated_at

    from source

)

select * from named
