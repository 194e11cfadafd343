{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('also_bought', 'received_order_lines') }}

),

checked as (

    select
        lines.received_line_id,
        lines.order_source,
        lines.source_precedence,
        lines.source_row,
        lines.extract_id,
        -- A line without an order number is an order of its own.
        coalesce(lines.order_id, lines.received_line_id) as order_id,
        lines.order_line_id,
        lines.customer_id,
        lines.product_id,
        lines.quantity,
        lines.unit_price,
        lines.ordered_at,
        lines.updated_at,
        lines.loaded_at,
        {{ run_clock() }} as judged_at,
        lines.order_status,
        lines.is_return,
        -- A line that says which one it is has a word in what became of it, whatever else is wrong.
        not coalesce({{ later_lines().values() | map(attribute='condition') | join(' or ') }}, false)
        and coalesce(lines.line_type, '') <> 'adjustment'
        and (lines.order_line_id is not null or lines.product_id is not null) as is_compared,
        case
            {%- for reason, rule in (later_lines().items() | list) + (line_faults().items() | list) %}
            when {{ rule.condition }} then '{{ reason }}'
            {%- endfor %}
        end as fault
    from lines

)

select * from checked
