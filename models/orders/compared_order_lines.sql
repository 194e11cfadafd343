{{ config(
    materialized='refreshed_table' if setting('incremental_orders') else 'table',
    unique_key=['order_source', 'source_row']
) }}

{#- One look at everything received: lines that claim to be the same one are a group, and the most trusted
    source's latest version is its first line. Where all of a group say the same, the first counts, and that is
    all; where they do not, `contested_order_lines` decides. -#}

{#- Looked up twice below: a CTE of all lines with their answer would have to be kept beside `checked`. -#}
{%- set lines -%}
    checked
    left join orders_without_line_ids
        -- A line without an id needs no looking up: its order is among them.
        on case when checked.order_line_id is not null then checked.order_id end
        = orders_without_line_ids.order_id
{%- endset -%}
{%- set has_line_ids = 'checked.order_line_id is not null and orders_without_line_ids.order_id is null' -%}

{#- Asked while the model runs: what they are must be built by then. -#}
{%- if not execute -%}
    {%- do [
        ref('also_bought', 'customer_accounts'), ref('also_bought', 'order_sources'),
        ref('also_bought', 'received_order_lines')
    ] -%}
{%- endif -%}
{%- set inputs_hash = inputs_hash() -%}

with checked as (

    {{ lines_to_compare(ref('also_bought', 'checked_order_lines'), lines_to_read(inputs_hash)) }}

),

orders_without_line_ids as (

    select distinct order_id from checked
    where order_line_id is null and fault is null

),

described as (

    select
        checked.order_id,
        {{ line_identity(has_line_ids) }} as line_group,
        checked.received_line_id,
        checked.order_line_id,
        checked.extract_id,
        checked.source_precedence,
        checked.source_row,
        cast('2100-01-01' as {{ dbt.type_timestamp() }})
        - coalesce(checked.updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_age,
        {{ fingerprint(line_content_columns()) }} as line_content
    from {{ lines }}
    where checked.fault is null

),

line_groups as (

    select
        order_id,
        line_group,
        count(*) as group_size,
        min(source_precedence) = max(source_precedence) as is_only_here,
        -- Row numbers are text; the shorter is the smaller.
        {{ first_by('received_line_id', [
            'source_precedence', 'version_age', 'length(source_row)', byte_order('source_row')
        ]) }} as first_line_id,
        -- Another content, another line id, or a repetition that may be meant: more than a copy.
        min(line_content) <> max(line_content)
        or coalesce(min(order_line_id) <> max(order_line_id), false)
        or count(extract_id) > 0 as is_contested
    from described
    group by order_id, line_group
    having count(*) > 1

),

compared as (

    select
        checked.received_line_id,
        checked.order_source,
        checked.source_precedence,
        checked.source_row,
        checked.extract_id,
        checked.order_id,
        checked.order_line_id,
        {{ has_line_ids }} as has_line_ids,
        checked.customer_id,
        checked.product_id,
        checked.quantity,
        checked.unit_price,
        checked.ordered_at,
        checked.updated_at,
        checked.loaded_at,
        checked.judged_at,
        cast({{ "'" ~ inputs_hash ~ "'" if inputs_hash else 'null' }} as {{ dbt.type_string() }})
            as inputs_hash,
        checked.order_status,
        checked.fault,
        coalesce(line_groups.group_size, 1) as group_size,
        case
            when checked.received_line_id <> line_groups.first_line_id then line_groups.first_line_id
        end as first_line_id,
        coalesce(line_groups.is_only_here, checked.fault is null) as is_only_here,
        coalesce(line_groups.is_contested, false) as is_contested
    from {{ lines }}
    left join line_groups
        on checked.order_id = line_groups.order_id
        -- A line with a fault claims nothing.
        and case when checked.fault is null then {{ line_identity(has_line_ids) }} end
        = line_groups.line_group

)

select * from compared
