with catalogue as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

often_returned as (

    select * from {{ ref('also_bought', 'item_returns') }}
    where {{ is_production() }} and is_often_returned

),

counted as (

    select
        item_key,
        sum(order_count) as order_count,
        sum(unit_count) as unit_count,
        count(*) as customer_count
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}
    group by item_key

),

sold as (

    select
        product_id,
        sum(net_quantity * unit_price) as revenue
    from {{ ref('also_bought', 'order_lines') }}
    group by product_id

),

found as (

    select
        catalogue.*,
        eligible_items.item_key is not null as may_be_recommended,
        counted.order_count,
        counted.unit_count,
        sold.revenue,
        {{ counted_people('coalesce(counted.customer_count, 0)') }} as customer_count,
        -- What keeps a product from the lists, the shop's own word before what follows from it.
        case
            when eligible_items.item_key is not null then null
            when not catalogue.is_merchandise then 'not_merchandise'
            when catalogue.is_sensitive then 'sensitive'
            when catalogue.parent_product_id is not null then 'is_variant'
            {%- for reason, condition in reasons_off_sale('catalogue', run_clock(), 'true').items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            when items.item_key is null then 'never_bought'
            when often_returned.item_key is not null then 'often_returned'
            when {{ is_eligible('catalogue', run_clock(), 'true') }} then 'no_variant_on_sale'
            else 'rule_is_eligible'
        end as not_recommended_because
    from catalogue
    left join items on catalogue.product_id = items.item_id
    left join eligible_items on items.item_key = eligible_items.item_key
    left join often_returned on items.item_key = often_returned.item_key
    left join counted on items.item_key = counted.item_key
    left join sold on catalogue.product_id = sold.product_id

)

select
    product_id,
    product_name,
    category,
    brand,
    price,
    image_url,
    product_url,
    is_merchandise,
    launched_on,
    discontinued_on,
    is_in_stock,
    is_blocked,
    is_sensitive,
    parent_product_id,
    product_code,
    code_valid_from,
    code_valid_until,
    may_be_recommended,
    not_recommended_because,
    cast(case when customer_count > 0 then order_count else 0 end as {{ dbt.type_bigint() }}) as order_count,
    cast(case when customer_count > 0 then unit_count else 0 end as {{ dbt.type_bigint() }}) as unit_count,
    cast(case when customer_count > 0 then coalesce(revenue, 0) else 0 end as decimal(38, 4)) as revenue,
    cast(customer_count as {{ dbt.type_int() }}) as customer_count
from found
