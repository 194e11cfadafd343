{#- Ephemeral, so that order_warnings can be built by its name alone. -#}
{{ config(materialized='ephemeral') }}

with compared as (

    select * from {{ ref('also_bought', 'compared_order_lines') }}

),

resolved as (

    select * from {{ ref('also_bought', 'resolved_order_lines') }}

),

-- A later word about an order, which may have meant any of its lines.
later_words as (

    select distinct
        faulty.order_source,
        faulty.source_row
    from compared as faulty
    inner join resolved as survivors
        on faulty.order_id = survivors.order_id
        and coalesce(faulty.product_id, survivors.product_id) = survivors.product_id
        and (faulty.updated_at > survivors.updated_at or survivors.updated_at is null)
    where
        not faulty.has_line_ids and faulty.updated_at is not null and survivors.standing = 'survivor'
        and faulty.fault not in ('price_adjustment', '{{ later_lines() | join("', '") }}')

),

-- Lines that give way to others may name whom they like.
orders as (

    select
        order_source,
        order_id,
        count(*) as line_count,
        {{ first_text('customer_id') }} <> {{ last_text('customer_id') }} as has_two_customers,
        max(case when quantity > 0 then ordered_at end)
        > {{ dbt.dateadd('day', 28, 'min(case when quantity > 0 then ordered_at end)') }} as is_of_many_weeks
    from resolved
    where standing = 'survivor' or reason = 'contradiction_unresolved'
    group by order_source, order_id

),

warnings as (

    select
        order_source,
        'line_not_told_apart' as warning,
        count(*) as row_count,
        {{ first_text('source_row') }} as example
    from later_words
    group by order_source
    union all
    select
        order_source,
        'line_ids_disagree' as warning,
        shared_lines - agreeing_lines as row_count,
        cast(null as {{ dbt.type_string() }}) as example
    from {{ ref('also_bought', 'line_id_agreement') }}
    where not is_agreed
    {%- for warning, condition in {
        'orders_of_two_customers': 'has_two_customers', 'orders_of_many_weeks': 'is_of_many_weeks',
    }.items() %}
    union all
    select
        order_source,
        '{{ warning }}' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text('order_id') }} as example
    from orders
    where {{ condition }}
    group by order_source
    {%- endfor %}

)

select * from warnings
