{{ config(materialized='view') }}

{%- set columns = received_order_line_columns() -%}
{%- set rewritten_columns = [
    'customer_id', 'received_text', 'order_id', 'order_line_id', 'quantity', 'unit_price', 'returned_order_id',
    'order_series', 'order_status'
] -%}
{%- set all_columns = columns | list + optional_order_line_columns() | list -%}
{%- set kept_columns = all_columns | reject('in', rewritten_columns) -%}
{%- set order_id = 'coalesce(received.returned_order_id, received.order_id)' -%}
{%- set promised_columns = ['loaded_at'] if setting('incremental_orders') else [] -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    {%- do check_input_columns(
        model_name, columns | list + promised_columns, 'order_sources',
        optional_order_line_columns() | list + ['currency']
    ) %}

    select
        typed_lines.*,
        {{ loop.index }} as source_precedence
    from (
        {{ input_query(model_name, columns, optional_order_line_columns()) }}
    ) as typed_lines
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

typed as (

    select
        received.*,
        -- Accounts are cleaned too: a blank behind an id must not keep who asked to be forgotten.
        {{ clean_id('customer_id', null_words=[]) }} as account_id,
        {{ is_return('line_type', 'quantity', 'unit_price') }} as is_return
    from received

),

known as (

    select
        {{ joined_key('received.order_source', 'received.source_row') }} as received_line_id,
        {%- for name in kept_columns %}
        received.{{ name }},
        {%- endfor %}
        received.is_return,
        received.source_precedence,
        -- A return is a line of the order that it takes from, whatever number it has itself.
        case
            when received.order_series is null then {{ order_id }}
            else {{ joined_key('received.order_series', order_id) }}
        end as order_id,
        case
            when received.order_id <> received.returned_order_id
                then {{ joined_key('received.order_id', "coalesce(received.order_line_id, '')") }}
            else received.order_line_id
        end as order_line_id,
        -- However the source writes a return: units negative, the price of one unit positive.
        case when received.is_return then -abs(received.quantity) else received.quantity end as quantity,
        case when received.is_return then abs(received.unit_price) else received.unit_price end as unit_price,
        case
            when {{ is_known_status('received.order_status') }} then received.order_status
        end as order_status,
        coalesce(accounts.is_erased, false) as is_erased,
        -- Before anything is stored: of those who asked to be forgotten nothing remains.
        case
            when accounts.is_erased then null
            else coalesce(accounts.merged_customer_id, received.customer_id)
        end as customer_id,
        case when accounts.is_erased then '(erased)' else received.received_text end as received_text
    from typed as received
    left join accounts on received.account_id = accounts.customer_id
    where {{ is_retained('received.ordered_at') }}

)

select * from known
