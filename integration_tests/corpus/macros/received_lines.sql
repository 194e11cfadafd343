{#- Every case is a source of its own, so that conservation and warnings are told case by case. -#}
{% macro received_lines(table_name) %}
{%- set columns = adapter.get_columns_in_relation(source('raw', table_name)) | map(attribute='name') | list -%}
with source as (

    select * from {{ source('raw', table_name) }}

),

named as (

    select
        concat(case_id, ' {{ table_name }}') as order_source,
        row_id as source_row,
        extract_id,
        {%- for name in ['line_type', 'returned_order_id', 'order_series'] if name in columns %}
        {{ name }},
        {%- endfor %}
        {{ also_bought.received_text([
            'order_id', 'line_id', 'customer_id', 'product_id', 'quantity', 'unit_price',
            'ordered_at', 'updated_at', 'status'
        ]) }} as received_text,

        -- ids
        {{ also_bought.clean_id('order_id') }} as order_id,
        {{ also_bought.clean_id('line_id') }} as order_line_id,
        {{ also_bought.clean_id('customer_id') }} as customer_id,
        {{ also_bought.clean_id('product_id') }} as product_id,

        -- amounts
        {{ also_bought.parse_integer('quantity') }} as quantity,
        {{ also_bought.parse_decimal('unit_price') }} as unit_price,
        quantity as received_quantity,
        currency,

        -- status
        {{ also_bought.map_status('status', {
            'completed': ['paid', 'bezahlt'],
            'cancelled': ['cancelled', "Annulée par l'acheteur", 'storniert "K"', 'C:\\void'],
            'refunded': ['refunded'],
            'unpaid': ['unpaid'],
            'draft': ['draft'],
            'fraudulent': ['fraud']
        }) }} as order_status,

        -- times
        coalesce(
            {{ also_bought.parse_timestamp('ordered_at', ['%Y-%m-%dT%H:%M:%SZ']) }},
            {{ also_bought.parse_timestamp(
                'ordered_at', ['%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S%z'], 'Europe/London'
            ) }}
        ) as ordered_at,
        ordered_at as received_ordered_at,
        {{ also_bought.parse_timestamp('updated_at', ['%Y-%m-%d %H:%M:%S']) }} as updated_at

    from source

)

select * from named
{% endmacro %}
