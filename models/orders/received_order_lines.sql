{{ config(materialized='view') }}

{%- set columns = received_order_line_columns() -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    {%- do check_input_columns(model_name, columns, 'order_sources') %}

    select
        {%- for name, type in columns.items() %}
        cast({{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        {%- for name, type in optional_order_line_columns().items() %}
        {{ optional_column(model_name, name, type) }} as {{ name }},
        {%- endfor %}
        {{ loop.index }} as source_precedence
    from {{ input_model(model_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

erased as (

    select customer_id from {{ ref('customer_accounts') }}
    where is_erased

),

known as (

    select
        {{ received_line_id('received') }} as received_line_id,
        {%- for name in columns if name not in ('customer_id', 'received_text') %}
        received.{{ name }},
        {%- endfor %}
        {%- for name in optional_order_line_columns() %}
        received.{{ name }},
        {%- endfor %}
        received.source_precedence,
        erased.customer_id is not null as is_erased,
        -- Before anything is stored: of those who asked to be forgotten nothing remains.
        case when erased.customer_id is null then received.customer_id end as customer_id,
        case when erased.customer_id is null then received.received_text else '(erased)' end
            as received_text
    from received
    left join erased on received.customer_id = erased.customer_id

)

select * from known
