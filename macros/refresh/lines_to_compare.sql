{#- The checked lines that `compared_order_lines` has to compare: all, or those to read (`lines_to_read`) and what the
    table `this` knows of the orders that they are in, or were in before they were corrected. -#}
{% macro lines_to_compare(checked_lines, lines_to_read) -%}
    {%- if lines_to_read is none -%}
    select * from {{ checked_lines }}
    {%- else -%}
    {%- set columns = [
        'order_source', 'source_precedence', 'source_row', 'extract_id', 'order_id', 'order_line_id', 'customer_id',
        'product_id', 'quantity', 'unit_price', 'ordered_at', 'updated_at', 'loaded_at', 'judged_at', 'order_status',
        'fault'
    ] -%}
    with read_lines as (

        select * from {{ checked_lines }}
        where {{ lines_to_read }}

    ),

    changed_orders as (

        select order_id from read_lines
        union
        select known.order_id
        from {{ this }} as known
        inner join read_lines
            on known.order_source = read_lines.order_source
            and known.source_row = read_lines.source_row

    )

    select {{ columns | join(', ') }} from read_lines
    union all
    select known.{{ columns | join(', known.') }}
    from {{ this }} as known
    inner join changed_orders on known.order_id = changed_orders.order_id
    left join read_lines
        on known.order_source = read_lines.order_source
        and known.source_row = read_lines.source_row
    where read_lines.source_row is null
    {%- endif -%}
{%- endmacro %}
