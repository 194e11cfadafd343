{{ config(enabled=setting('event_sources') is not none) }}

with received as (

    select
        *,
        coalesce(customer_id, {{ joined_key('event_source', 'anonymous_id') }}) as visitor_id,
        row_number() over (
            partition by event_source, event_id
            order by
                {%- for name in ['event_type', 'product_id', 'customer_id', 'anonymous_id'] %}
                {{ byte_order("coalesce(" ~ name ~ ", '')") }},
                {%- endfor %}
                occurred_at
        ) as delivery
    from {{ ref('also_bought', 'received_events') }}

),

products as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

excluded_customers as (

    select * from {{ ref('also_bought', 'excluded_customers') }}

),

removals as (

    select
        visitor_id,
        product_id,
        max(occurred_at) as removed_at
    from received
    where event_type = 'cart_removal'
    group by visitor_id, product_id

),

visitor_days as (

    select
        visitor_id,
        cast(occurred_at as date) as occurred_on,
        count(*) as event_count
    from received
    group by visitor_id, cast(occurred_at as date)

),

events as (

    select
        received.*,
        coalesce(products.parent_product_id, products.product_id) as item_id,
        products.is_merchandise,
        products.is_sensitive,
        excluded_customers.customer_id is not null as is_excluded_customer,
        removals.removed_at,
        visitor_days.event_count as visitor_day_events
    from received
    left join products on received.product_id = products.product_id
    left join excluded_customers on received.customer_id = excluded_customers.customer_id
    left join removals
        on received.visitor_id = removals.visitor_id
        and received.product_id = removals.product_id
    left join visitor_days
        on received.visitor_id = visitor_days.visitor_id
        and cast(received.occurred_at as date) = visitor_days.occurred_on

),

judged as (

    select
        events.event_source,
        events.event_id,
        events.customer_id,
        events.visitor_id,
        events.item_id,
        events.event_type,
        events.occurred_at,
        events.known_at,
        case
            {%- for verdict, definition in event_verdicts().items() %}
            when {{ definition.condition }} then '{{ verdict }}'
            {%- endfor %}
            else 'kept'
        end as verdict
    from events

)

select * from judged
