with lines as (

    select * from {{ ref('received_order_lines') }}

),

products as (

    select * from {{ ref('products') }}

),

excluded as (

    select * from {{ ref('excluded_customers') }}

),

checked as (

    select
        lines.received_line_id,
        lines.order_source,
        lines.source_precedence,
        lines.source_row,
        -- A line without an order number is an order of its own.
        coalesce(lines.order_id, lines.received_line_id) as order_id,
        lines.order_line_id,
        lines.customer_id,
        coalesce(products.product_id, lines.product_id) as product_id,
        lines.quantity,
        lines.unit_price,
        lines.ordered_at,
        lines.updated_at,
        lines.order_status,
        case
            {%- for reason, condition in line_faults().items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
        end as fault
    from lines
    left join products
        on lines.product_id = products.product_code
        and (products.code_valid_from is null or lines.ordered_at >= products.code_valid_from)
        and (products.code_valid_until is null or lines.ordered_at < products.code_valid_until)
    left join excluded on lines.customer_id = excluded.customer_id

)

select * from checked
