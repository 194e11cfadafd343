{#- Ephemeral, so that order_warnings can be built by its name alone. -#}
{{ config(materialized='ephemeral') }}

with ids as (

    {%- for column in ['customer_id', 'product_id'] %}
    select
        lines.order_source,
        '{{ column }}' as column_name,
        lines.{{ column }} as id,
        {{ in_case('lower', 'lines.' ~ column) }} as id_in_lower_case,
        {{ id_skeleton('lines.' ~ column) }} as skeleton,
        {{ is_damaged_id('lines.' ~ column) }} as is_damaged,
        count(*) as line_count
    from {{ faultless_lines() }}
    group by lines.order_source, lines.{{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

compared_ids as (

    select
        order_source,
        line_count,
        id,
        is_damaged,
        {{ first_text('id', over='partition by column_name, id_in_lower_case') }} as first_of_case,
        {{ last_text('id', over='partition by column_name, id_in_lower_case') }} as last_of_case,
        {{ first_text('id_in_lower_case', over='partition by column_name, skeleton') }} as first_of_skeleton,
        {{ last_text('id_in_lower_case', over='partition by column_name, skeleton') }} as last_of_skeleton
    from ids

),

damaged_ids as (

    select
        order_source,
        id,
        line_count
    from compared_ids
    where is_damaged
    {%- for column in ['order_id', 'order_line_id'] %}
    union all
    select
        lines.order_source,
        lines.{{ column }} as id,
        1 as line_count
    from {{ faultless_lines() }} and {{ is_damaged_id('lines.' ~ column) }}
    {%- endfor %}
    union all
    select
        cast('products' as {{ dbt.type_string() }}) as order_source,
        product_id as id,
        1 as line_count
    from {{ ref('also_bought', 'catalogue') }}
    where {{ is_damaged_id('product_id') }}
    union all
    select
        cast('customers' as {{ dbt.type_string() }}) as order_source,
        customer_id as id,
        1 as line_count
    from {{ ref('also_bought', 'customer_accounts') }}
    where {{ is_damaged_id('customer_id') }} and not is_erased

),

odd_ids as (

    select
        order_source,
        'ids_damaged_by_spreadsheet' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text('id') }} as example
    from damaged_ids
    group by order_source
    union all
    select
        order_source,
        'ids_differ_only_in_case' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text(sentence('{first_of_case} and {last_of_case}')) }} as example
    from compared_ids
    where first_of_case <> last_of_case
    group by order_source
    union all
    select
        order_source,
        'ids_look_alike' as warning,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ first_text(sentence('{first_of_skeleton} and {last_of_skeleton}')) }} as example
    from compared_ids
    where first_of_skeleton <> last_of_skeleton
    group by order_source

)

select * from odd_ids
