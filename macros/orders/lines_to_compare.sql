{#- Returns the checked lines that `compared_order_lines` must compare: all, or those to read
    (`lines_to_read`) and what the table `this` knows of the orders that they are or were in. -#}
{% macro lines_to_compare(checked_lines, lines_to_read) -%}
    {%- if lines_to_read is none -%}
    select * from {{ checked_lines }}
    {%- else -%}
    {%- set columns = adapter.get_columns_in_relation(checked_lines) | map(attribute='name') -%}
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

    select * from read_lines
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
