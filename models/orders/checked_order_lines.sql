{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('received_order_lines') }}

),

checked as (

    select
        order_source,
        source_precedence,
        source_row,
        extract_id,
        -- A line without an order number is an order of its own.
        coalesce(order_id, received_line_id) as order_id,
        order_line_id,
        customer_id,
        product_id,
        quantity,
        unit_price,
        ordered_at,
        updated_at,
        order_status,
        case
            {%- for reason, condition in line_faults().items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
        end as fault
    from lines

)

select * from checked
