{%- set columns = received_order_line_columns() -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    {%- do check_input_columns(model_name, columns) %}

    select
        {%- for name, type in columns.items() %}
        cast({{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        {{ loop.index }} as source_precedence
    from {{ input_model(model_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

numbered as (

    select
        *,
        -- Rows alike in every respect cannot be told apart, so any numbering of them is the same.
        row_number() over (
            partition by order_source, source_row, received_text
            order by order_source
        ) as copy_number
    from received

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
