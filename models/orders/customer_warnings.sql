{#- Ephemeral, so that order_warnings can be built by its name alone. -#}
{{ config(materialized='ephemeral') }}

with accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

new_customers as (

    select lines.customer_id
    from {{ faultless_lines() }}
    group by lines.customer_id
    having min(lines.order_id) = max(lines.order_id)

),

new_buyers as (

    select distinct
        lines.order_source,
        lines.product_id,
        lines.customer_id,
        {{ dbt.date_trunc('hour', 'lines.ordered_at') }} as ordered_hour
    from {{ faultless_lines() }}
        and lines.customer_id in (select new_customers.customer_id from new_customers)

),

buyers_by_hour as (

    select
        order_source,
        product_id,
        count(*) as new_customer_count
    from new_buyers
    group by order_source, product_id, ordered_hour
    having count(*) >= 100

),

buyers_by_product as (

    select
        lines.order_source,
        lines.product_id,
        count(distinct lines.customer_id) as customer_count
    from {{ faultless_lines() }}
        and lines.product_id in (select buyers_by_hour.product_id from buyers_by_hour)
    group by lines.order_source, lines.product_id

),

-- Most of those who ever bought the product came in one hour, and never again.
bursts as (

    select
        buyers_by_hour.order_source,
        'burst_of_new_customers' as warning,
        cast(sum(buyers_by_hour.new_customer_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text('buyers_by_hour.product_id') }} as example
    from buyers_by_hour
    inner join buyers_by_product
        on buyers_by_hour.order_source = buyers_by_product.order_source
        and buyers_by_hour.product_id = buyers_by_product.product_id
    where 2 * buyers_by_hour.new_customer_count > buyers_by_product.customer_count
    group by buyers_by_hour.order_source

),

contacts as (

    select
        contact_hash,
        count(*) as account_count,
        {{ first_text('customer_id') }} as first_customer_id,
        {{ last_text('customer_id') }} as last_customer_id
    from accounts
    where contact_hash is not null and not is_erased
    group by contact_hash
    having min(merged_customer_id) <> max(merged_customer_id)

),

shared_contacts as (

    select
        cast('customers' as {{ dbt.type_string() }}) as order_source,
        'customers_share_a_contact' as warning,
        cast(sum(account_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text(sentence('{first_customer_id} and {last_customer_id}')) }} as example
    from contacts
    having count(*) > 0

),

warnings as (

    select * from bursts
    union all
    select * from shared_contacts

)

select * from warnings
