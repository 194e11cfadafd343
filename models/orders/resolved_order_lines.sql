{#- What became of every received line among its copies, and what keeps it from counting besides. -#}
{{ config(materialized='view') }}

with compared as (

    select * from {{ ref('also_bought', 'compared_order_lines') }}

),

products as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

excluded as (

    select * from {{ ref('also_bought', 'excluded_customers') }}

),

contested as (

    select * from {{ ref('also_bought', 'contested_order_lines') }}

),

lines as (

    {%- set columns = [
        'received_line_id', 'order_source', 'source_row', 'order_id', 'order_line_id', 'customer_id',
        'product_id', 'quantity', 'unit_price', 'ordered_at', 'updated_at', 'order_status', 'is_only_here',
        'is_contested'
    ] %}

    select
        {{ columns | join(',\n        ') }},
        false as is_contradicting,
        case
            {%- for reason in later_lines() %}
            when fault = '{{ reason }}' then 'later'
            {%- endfor %}
            when fault is not null then 'rejected'
            when first_line_id is not null then 'duplicate'
            else 'survivor'
        end as standing,
        case
            when fault is not null then fault
            when first_line_id is not null then 'same_line_again'
        end as reason,
        case when fault is null then coalesce(first_line_id, received_line_id) end as survivor_line_id,
        group_size as received_copies
    from compared
    where not is_contested
    union all
    select
        {{ columns | join(',\n        ') }},
        is_contradicting,
        standing,
        reason,
        survivor_line_id,
        received_copies
    from contested

),

resolved as (

    select
        lines.received_line_id,
        lines.order_source,
        lines.source_row,
        lines.order_id,
        lines.order_line_id,
        lines.customer_id,
        coalesce(products.product_id, lines.product_id) as product_id,
        products.parent_product_id,
        lines.quantity,
        lines.unit_price,
        lines.ordered_at,
        lines.updated_at,
        lines.order_status,
        lines.standing,
        lines.reason,
        lines.survivor_line_id,
        lines.received_copies,
        lines.is_only_here,
        lines.is_contested,
        lines.is_contradicting,
        case
            when lines.standing <> 'survivor' then null
            {%- for reason, rule in exclusions().items() %}
            when {{ rule.condition }} then '{{ reason }}'
            {%- endfor %}
        end as exclusion
    from lines
    left join products
        on lines.product_id = products.product_code
        and (products.code_valid_from is null or lines.ordered_at >= products.code_valid_from)
        and (products.code_valid_until is null or lines.ordered_at < products.code_valid_until)
    left join excluded on lines.customer_id = excluded.customer_id

)

select * from resolved
