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
    left join orders_by_product
        -- A line without an id needs no looking up: its order is among them.
        on case when checked.order_line_id is not null then checked.order_id end
        = orders_by_product.order_id
        and checked.is_return = orders_by_product.is_return
    left join older_extracts
        on case when checked.extract_id is not null then checked.order_id end = older_extracts.order_id
        and checked.order_source = older_extracts.order_source
        and checked.is_return = older_extracts.is_return
        and checked.extract_id = older_extracts.extract_id
{%- endset -%}
{%- set has_line_ids = 'checked.order_line_id is not null and orders_by_product.order_id is null' -%}

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

foreign_line_ids as (

    select order_source from {{ ref('also_bought', 'line_id_agreement') }}
    where not is_agreed

),

orders_by_product as (

    {{ orders_compared_by_product('checked', 'foreign_line_ids') }}

),

older_extracts as (

    {{ older_extracts('checked') }}

),

described as (

    select
        checked.order_id,
        {{ line_identity(has_line_ids) }} as line_group,
        {{ has_line_ids }} as has_line_ids,
        checked.received_line_id,
        checked.order_line_id,
        checked.extract_id,
        checked.source_precedence,
        checked.source_row,
        checked.fault,
        older_extracts.order_id is not null as is_in_older_extract,
        cast('2100-01-01' as {{ dbt.type_timestamp() }})
        - coalesce(checked.updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_age,
        {{ fingerprint(line_content_columns()) }} as line_content
    from {{ lines }}
    where checked.is_compared

),

line_groups as (

    select
        order_id,
        line_group,
        has_line_ids,
        count(*) as group_size,
        min(source_precedence) = max(source_precedence) as is_only_here,
        -- Row numbers are text; the shorter is the smaller.
        {{ first_by('received_line_id', [
            'source_precedence', 'version_age', 'length(source_row)', byte_order('source_row')
        ]) }} as first_line_id,
        -- Another content, another line id, or a repetition that may be meant: more than a copy.
        min(line_content) <> max(line_content)
        or coalesce(min(order_line_id) <> max(order_line_id), false)
        or count(fault) between 1 and count(*) - 1
        or count(extract_id) > 0 as is_contested
    from described
    group by order_id, line_group, has_line_ids
    having count(*) > 1 or max(case when is_in_older_extract then 1 else 0 end) = 1

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
        checked.is_return,
        checked.is_compared,
        checked.fault,
        older_extracts.order_id is not null as is_in_older_extract,
        coalesce(line_groups.group_size, 1) as group_size,
        case
            when checked.received_line_id <> line_groups.first_line_id then line_groups.first_line_id
        end as first_line_id,
        checked.fault is null and coalesce(line_groups.is_only_here, true) as is_only_here,
        coalesce(line_groups.is_contested, false) as is_contested
    from {{ lines }}
    left join line_groups
        on checked.order_id = line_groups.order_id
        and case when checked.is_compared then {{ line_identity(has_line_ids) }} end
        = line_groups.line_group
        and ({{ has_line_ids }}) = line_groups.has_line_ids

)

select * from compared
