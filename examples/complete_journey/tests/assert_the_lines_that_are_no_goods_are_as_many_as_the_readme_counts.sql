with transactions as (

    select * from {{ source('complete_journey', 'transactions') }}

),

products as (

    select * from {{ source('complete_journey', 'products') }}

),

joined as (

    select
        transactions.quantity,
        products.product_id is null as is_unknown,
        coalesce(products.department in ('FUEL', 'MISCELLANEOUS'), false) as is_fuel_or_till
    from transactions
    left join products on transactions.product_id = products.product_id

)

{{ differing_counts('joined', {
    'unknown product': [4836, 'count(*) filter (where is_unknown)'],
    'unknown product, quantity zero': [4804, 'count(*) filter (where is_unknown and quantity = 0)'],
    'fuel and till, with units': [17793, 'count(*) filter (where is_fuel_or_till and quantity > 0)'],
    'units of fuel and till per thousand': [
        988, 'round(1000 * sum(quantity) filter (where is_fuel_or_till) / sum(quantity))'
    ],
}) }}
