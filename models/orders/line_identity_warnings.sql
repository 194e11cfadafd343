{#- Ephemeral, so that order_warnings can be built by its name alone. -#}
{{ config(materialized='ephemeral') }}

with resolved as (

    select
        *,
        coalesce(updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_at
    from {{ ref('also_bought', 'resolved_order_lines') }}

),

-- A later word about an order, which may have meant any of its lines.
later_words as (

    select distinct
        faulty.order_source,
        faulty.source_row
    from resolved as faulty
    inner join resolved as survivors
        on faulty.order_id = survivors.order_id
        and coalesce(faulty.product_id, survivors.product_id) = survivors.product_id
        and faulty.version_at > survivors.version_at
    where
        faulty.standing = 'rejected' and survivors.standing = 'survivor'
        and (faulty.order_line_id is null or faulty.product_id is null)
        and faulty.reason <> 'price_adjustment'

),

orders as (

    select
        lines.order_source,
        lines.order_id,
        count(*) as line_count,
        {{ first_text('lines.customer_id') }} <> {{ last_text('lines.customer_id') }} as has_two_customers,
        max(case when not lines.is_return then lines.ordered_at end)
        > {{ dbt.dateadd('day', 28, 'min(case when not lines.is_return then lines.ordered_at end)') }} as is_of_many_weeks
    from {{ faultless_lines() }}
    group by lines.order_source, lines.order_id

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
