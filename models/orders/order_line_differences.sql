with resolved as (

    select * from {{ ref('resolved_order_lines') }}

),

lost as (

    select * from resolved
    where reason = 'lower_precedence_source' and survivor_line_id is not null

),

compared as (

    {%- for column in [
        'customer_id', 'product_id', 'quantity', 'unit_price', 'ordered_at', 'order_status'
    ] %}
    select
        lost.received_line_id,
        lost.order_source,
        lost.order_id,
        '{{ column }}' as column_name,
        cast(lost.{{ column }} as {{ dbt.type_string() }}) as value_here,
        cast(won.{{ column }} as {{ dbt.type_string() }}) as value_that_won,
        won.order_source as source_that_won,
        won.received_line_id as line_that_won,
        lost.reason as won_because
    from lost
    inner join resolved as won on lost.survivor_line_id = won.received_line_id
    where lost.{{ column }} is distinct from won.{{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from compared
