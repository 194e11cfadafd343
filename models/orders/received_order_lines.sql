{{ config(materialized='view') }}

{%- set columns = received_order_line_columns() -%}
{%- set promised_columns = ['loaded_at'] if setting('incremental_orders') else [] -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    {%- do check_input_columns(model_name, columns | list + promised_columns, 'order_sources') %}

    select
        {%- for name, type in columns.items() %}
        {{ finite_number(name, type) if name in ('quantity', 'unit_price')
            else 'cast(' ~ name ~ ' as ' ~ type ~ ')' }} as {{ name }},
        {%- endfor %}
        {%- for name, type in optional_order_line_columns().items() %}
        {{ optional_column(model_name, name, type) }} as {{ name }},
        {%- endfor %}
        {{ loop.index }} as source_precedence
    from {{ input_model(model_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

known as (

    select
        {{ dbt.concat(['received.order_source', "' '", 'received.source_row']) }} as received_line_id,
        {%- for name in columns if name not in ('customer_id', 'received_text') %}
        received.{{ name }},
        {%- endfor %}
        {%- for name in optional_order_line_columns() %}
        received.{{ name }},
        {%- endfor %}
        received.source_precedence,
        coalesce(accounts.is_erased, false) as is_erased,
        -- Before anything is stored: of those who asked to be forgotten nothing remains.
        case
            when accounts.is_erased then null
            else coalesce(accounts.merged_customer_id, received.customer_id)
        end as customer_id,
        case when accounts.is_erased then '(erased)' else received.received_text end as received_text
    from received
    left join accounts on received.customer_id = accounts.customer_id

)

select * from known
