{%- set columns = line_content_columns() -%}

with resolved as (

    -- Where a group of lines says one thing, nothing differs.
    select * from {{ ref('also_bought', 'resolved_order_lines') }}
    where is_contested

),

lost as (

    select * from resolved
    where reason = 'lower_precedence_source' and survivor_line_id is not null

),

pairs as (

    select
        lost.received_line_id,
        lost.order_source,
        lost.order_id,
        {%- for column in columns %}
        cast(lost.{{ column }} as {{ dbt.type_string() }}) as {{ column }}_here,
        cast(won.{{ column }} as {{ dbt.type_string() }}) as {{ column }}_that_won,
        {%- endfor %}
        won.order_source as source_that_won,
        won.received_line_id as line_that_won,
        lost.reason as won_because
    from lost
    inner join resolved as won on lost.survivor_line_id = won.received_line_id

),

compared as (

    {%- for column in columns %}
    select
        received_line_id,
        order_source,
        order_id,
        '{{ column }}' as column_name,
        {{ column }}_here as value_here,
        {{ column }}_that_won as value_that_won,
        source_that_won,
        line_that_won,
        won_because
    from pairs
    where {{ column }}_here is distinct from {{ column }}_that_won
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from compared
