{{ config(enabled=setting('similar_items')) }}

with catalogue as (

    select * from {{ ref('also_bought', 'catalogue') }}
    where
        is_merchandise
        and not is_sensitive
        and parent_product_id is null

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

)

select
    cast(
        row_number() over (order by {{ byte_order('catalogue.product_id') }}) as {{ dbt.type_int() }}
    ) as product_key,
    catalogue.product_id,
    coalesce(catalogue.product_name, catalogue.product_id) as product_name,
    catalogue.category,
    catalogue.brand,
    catalogue.price,
    items.item_key is null as is_never_bought,
    -- What was bought may also come back too often; of a new product nothing is known.
    case
        when items.item_key is null then {{ is_eligible('catalogue', run_clock(), 'true') }}
        else eligible_items.item_key is not null
    end as may_be_shown
from catalogue
left join items on catalogue.product_id = items.item_id
left join eligible_items on items.item_key = eligible_items.item_key
