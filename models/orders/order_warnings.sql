{#- Read anew by each that counts: a CTE that several read is kept in memory, whole lines of all columns. -#}
{%- set faultless_lines
    = ref('also_bought', 'compared_order_lines') ~ ' as lines where lines.fault is null' -%}

with accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

odd_lines as (

    {%- for warning, (condition, example) in line_warnings().items() %}
    select
        lines.order_source,
        '{{ warning }}' as warning,
        count(*) as row_count,
        {{ first_text(example) }} as example
    from {{ faultless_lines }} and {{ condition }}
    group by lines.order_source
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

ids as (

    {%- for column in ['customer_id', 'product_id'] %}
    select
        lines.order_source,
        '{{ column }}' as column_name,
        lines.{{ column }} as id,
        {{ in_case('lower', 'lines.' ~ column) }} as id_in_lower_case,
        {{ id_skeleton('lines.' ~ column) }} as skeleton,
        {{ looks_like_a_number('lines.' ~ column) }} as looks_like_a_number,
        count(*) as line_count
    from {{ faultless_lines }}
    group by lines.order_source, lines.{{ column }}
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

new_customers as (

    select lines.customer_id
    from {{ faultless_lines }}
    group by lines.customer_id
    having min(lines.order_id) = max(lines.order_id)

),

new_buyers as (

    select distinct
        lines.order_source,
        lines.product_id,
        lines.customer_id,
        {{ dbt.date_trunc('hour', 'lines.ordered_at') }} as ordered_hour
    from {{ faultless_lines }} and lines.customer_id in (select new_customers.customer_id from new_customers)

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
    from {{ faultless_lines }} and lines.product_id in (select buyers_by_hour.product_id from buyers_by_hour)
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
