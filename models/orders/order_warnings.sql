with lines as (

    select * from {{ ref('compared_order_lines') }}
    where fault is null

),

accounts as (

    select * from {{ ref('customer_accounts') }}

),

odd_lines as (

    {%- for warning, (condition, example) in line_warnings().items() %}
    select
        lines.order_source,
        '{{ warning }}' as warning,
        count(*) as row_count,
        {{ first_text(example) }} as example
    from lines
    where {{ condition }}
    group by lines.order_source
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

ids as (

    {%- for column in ['customer_id', 'product_id'] %}
    select
        order_source,
        '{{ column }}' as column_name,
        {{ column }} as id,
        {{ in_case('lower', column) }} as id_in_lower_case,
        {{ id_skeleton(column) }} as skeleton,
        {{ looks_like_a_number(column) }} as looks_like_a_number,
        count(*) as line_count
    from lines
    group by order_source, {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

compared_ids as (

    select
        order_source,
        line_count,
        id,
        looks_like_a_number,
        {{ first_text('id', over='partition by column_name, id_in_lower_case') }} as first_of_case,
        {{ last_text('id', over='partition by column_name, id_in_lower_case') }} as last_of_case,
        {{ first_text('id_in_lower_case', over='partition by column_name, skeleton') }} as first_of_skeleton,
        {{ last_text('id_in_lower_case', over='partition by column_name, skeleton') }} as last_of_skeleton
    from ids

),

odd_ids as (

    select
        order_source,
        'ids_damaged_by_spreadsheet' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text('id') }} as example
    from compared_ids
    where looks_like_a_number
    group by order_source
    union all
    select
        order_source,
        'ids_differ_only_in_case' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text(dbt.concat(['first_of_case', "' and '", 'last_of_case'])) }} as example
    from compared_ids
    where first_of_case <> last_of_case
    group by order_source
    union all
    select
        order_source,
        'ids_look_alike' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text(dbt.concat(['first_of_skeleton', "' and '", 'last_of_skeleton'])) }} as example
    from compared_ids
    where first_of_skeleton <> last_of_skeleton
    group by order_source

),

-- Few products are sold a hundred times in an hour; only of those need anybody be counted.
busy_hours as (

    select
        order_source,
        product_id,
        {{ dbt.date_trunc('hour', 'ordered_at') }} as ordered_hour
    from lines
    group by order_source, product_id, {{ dbt.date_trunc('hour', 'ordered_at') }}
    having count(*) >= 100

),

buyers as (

    select
        order_source,
        product_id,
        customer_id,
        {{ dbt.date_trunc('hour', 'ordered_at') }} as ordered_hour
    from lines
    where product_id in (select busy_hours.product_id from busy_hours)

),

new_customers as (

    select customer_id
    from lines
    where customer_id in (select buyers.customer_id from buyers)
    group by customer_id
    having min(order_id) = max(order_id)

),

buyers_by_hour as (

    select
        buyers.order_source,
        buyers.product_id,
        buyers.ordered_hour,
        count(distinct buyers.customer_id) as new_customer_count
    from buyers
    inner join new_customers on buyers.customer_id = new_customers.customer_id
    group by buyers.order_source, buyers.product_id, buyers.ordered_hour
    having count(distinct buyers.customer_id) >= 100

),

buyers_by_product as (

    select
        order_source,
        product_id,
        count(distinct customer_id) as customer_count
    from buyers
    group by order_source, product_id

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
        {{ first_text(dbt.concat(['first_customer_id', "' and '", 'last_customer_id'])) }} as example
    from contacts
    having count(*) > 0

),

warnings as (

    select * from odd_lines
    union all
    select * from odd_ids
    union all
    select * from bursts
    union all
    select * from shared_contacts

)

select * from warnings
