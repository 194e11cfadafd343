{#- One look at everything received: lines that claim to be the same one are a group, and the most trusted
    source's latest version is its first line. Where all of a group say the same, the first counts, and that is
    all; where they do not, `contested_order_lines` decides. -#}

with checked as (

    select * from {{ ref('checked_order_lines') }}

),

orders_without_line_ids as (

    select distinct order_id from checked
    where order_line_id is null and fault is null

),

lines as (

    select
        checked.*,
        {{ received_line_id('checked') }} as received_line_id,
        checked.order_line_id is not null and orders_without_line_ids.order_id is null as has_line_ids
    from checked
    left join orders_without_line_ids
        -- A line without an id needs no looking up: its order is among them.
        on case when checked.order_line_id is not null then checked.order_id end
        = orders_without_line_ids.order_id

),

identified as (

    select
        *,
        -- A line with a fault claims nothing.
        case when fault is null then {{ line_identity('has_line_ids') }} end as line_group
    from lines

),

described as (

    select
        order_id,
        line_group,
        received_line_id,
        order_line_id,
        extract_id,
        source_precedence,
        source_row,
        cast('2100-01-01' as {{ dbt.type_timestamp() }})
        - coalesce(updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_age,
        {{ fingerprint([
            'customer_id', 'product_id', 'quantity', 'unit_price', 'ordered_at', 'order_status'
        ]) }} as line_content
    from identified
    where fault is null

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
        identified.order_source,
        identified.source_precedence,
        identified.source_row,
        identified.extract_id,
        identified.order_id,
        identified.order_line_id,
        identified.has_line_ids,
        identified.customer_id,
        identified.product_id,
        identified.quantity,
        identified.unit_price,
        identified.ordered_at,
        identified.updated_at,
        identified.order_status,
        identified.fault,
        coalesce(line_groups.group_size, 1) as group_size,
        case
            when identified.received_line_id <> line_groups.first_line_id then line_groups.first_line_id
        end as first_line_id,
        coalesce(line_groups.is_only_here, identified.fault is null) as is_only_here,
        coalesce(line_groups.is_contested, false) as is_contested
    from identified
    left join line_groups
        on identified.order_id = line_groups.order_id
        and identified.line_group = line_groups.line_group

)

select * from compared
