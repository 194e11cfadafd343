{%- set columns = received_order_line_columns() -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    {%- do check_input_columns(model_name, columns, 'order_sources') %}

    select
        {%- for name, type in columns.items() %}
        cast({{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        {{ optional_column(model_name, 'read_problem', dbt.type_string()) }} as read_problem,
        {{ loop.index }} as source_precedence
    from {{ input_model(model_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

accounts as (

    select * from {{ ref('customer_accounts') }}

),

known as (

    select
        {%- for name in columns if name not in ('customer_id', 'received_text') %}
        received.{{ name }},
        {%- endfor %}
        received.read_problem,
        received.source_precedence,
        coalesce(accounts.is_erased, false) as is_erased,
        -- Before anything is hashed or stored: of those who asked to be forgotten nothing remains.
        case
            when accounts.is_erased then null
            else coalesce(accounts.merged_customer_id, received.customer_id)
        end as customer_id,
        case when accounts.is_erased then '(erased)' else received.received_text end as received_text
    from received
    left join accounts on received.customer_id = accounts.customer_id

),

numbered as (

    select
        *,
        -- Rows that are alike in all of this too cannot be told apart: any numbering is the same.
        row_number() over (
            partition by order_source, source_row, received_text
            order by
                order_id,
                order_line_id,
                customer_id,
                product_id,
                quantity,
                unit_price,
                order_status,
                ordered_at,
                updated_at
        ) as copy_number
    from known

),

identified as (

    select
        {{ dbt.hash(dbt.concat([
            'order_source', "'|'", "coalesce(source_row, '')", "'|'", 'received_text', "'|'",
            'cast(copy_number as ' ~ dbt.type_string() ~ ')'
        ])) }} as received_line_id,
        *
    from numbered

)

select * from identified
