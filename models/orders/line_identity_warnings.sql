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
        {%- for fault in ['price_adjustment'] + later_lines() | list %}
        and faulty.fault <> '{{ fault }}'
        {%- endfor %}

),

-- Lines that give way to others may name whom they like.
orders as (

    select
        order_source,
        order_id,
        count(*) as line_count,
        {{ first_text('customer_id') }} as first_customer_id,
        {{ last_text('customer_id') }} as last_customer_id,
        min(case when quantity > 0 then ordered_at end) as first_ordered_at,
        max(case when quantity > 0 then ordered_at end) as last_ordered_at
    from resolved
    where standing = 'survivor' or reason = 'contradiction_unresolved'
    group by order_source, order_id

),

-- One row per unit, where nothing says so: equal rows of one table, none of more than one unit. Where all
-- rows have copies, the table was loaded twice.
unit_rows as (

    select
        order_source,
        sum(is_copy) as copy_count,
        {{ first_text('case when is_copy = 1 then source_row end') }} as example
    from (
        select
            *,
            case
                when first_line_id is not null and is_only_here and not is_contested then 1 else 0
            end as is_copy
        from compared
        where fault is null and not is_return
    ) as sound_lines
    group by order_source
    having
        max(quantity) = 1 and min(group_size) = 1 and count(order_line_id) = 0 and count(extract_id) = 0
        and 50 * sum(is_copy) >= count(*)

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
    union all
    select
        order_source,
        'units_taken_for_copies' as warning,
        cast(copy_count as {{ dbt.type_bigint() }}) as row_count,
        example
    from unit_rows
    {%- for warning, condition in {
        'orders_of_two_customers': 'first_customer_id <> last_customer_id',
        'orders_of_many_weeks': 'last_ordered_at > ' ~ dbt.dateadd('day', 28, 'first_ordered_at'),
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
