{#- One pass over everything received: lines that claim to be the same one stand side by side, the most
    trusted source and its latest version first. Where all of them say the same, the first counts, and that is
    all; where they do not, `contested_order_lines` decides. -#}

{#- Row numbers are text; the shorter is the smaller. -#}
{%- set from_the_top = 'source_precedence asc, version_at desc, length(source_row) asc, '
    ~ byte_order('source_row') ~ ' asc' -%}

with lines as (

    select * from {{ ref('checked_order_lines') }}

),

orders_without_line_ids as (

    select distinct order_id from lines
    where order_line_id is null and fault is null

),

identified as (

    select
        lines.*,
        lines.order_line_id is not null and orders_without_line_ids.order_id is null as has_line_ids,
        -- A line with a fault claims nothing: it stands alone.
        case when lines.fault is not null then lines.source_row end as faulty_row,
        {{ fingerprint([
            'lines.customer_id', 'lines.product_id', 'lines.quantity', 'lines.unit_price',
            'lines.ordered_at', 'lines.order_status'
        ]) }} as line_content
    from lines
    left join orders_without_line_ids
        -- A line without an id needs no looking up: its order is among them.
        on case when lines.order_line_id is not null then lines.order_id end
        = orders_without_line_ids.order_id

),

grouped as (

    select
        *,
        {{ line_identity('has_line_ids') }} as line_group,
        coalesce(updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_at
    from identified

),

placed as (

    select
        *,
        row_number() over group_from_the_top as place,
        count(*) over whole_group as group_size,
        first_value(order_source) over group_from_the_top as first_source,
        first_value(source_row) over group_from_the_top as first_row,
        first_value(line_content) over group_from_the_top as first_content,
        first_value(order_line_id) over group_from_the_top as first_order_line_id,
        last_value(source_precedence) over whole_group as last_precedence,
        first_value(source_precedence) over group_from_the_top as first_precedence
    from grouped
    window
        group_from_the_top as (
            partition by order_id, line_group, faulty_row
            order by {{ from_the_top }}
        ),
        whole_group as (
            partition by order_id, line_group, faulty_row
            order by {{ from_the_top }}
            rows between unbounded preceding and unbounded following
        )

),

compared as (

    select
        order_source,
        source_precedence,
        source_row,
        extract_id,
        order_id,
        order_line_id,
        has_line_ids,
        customer_id,
        product_id,
        quantity,
        unit_price,
        ordered_at,
        updated_at,
        order_status,
        fault,
        place,
        group_size,
        case when place > 1 then first_source end as first_source,
        case when place > 1 then first_row end as first_row,
        fault is null and first_precedence = last_precedence as is_only_here,
        -- Another content, another line id, or a repetition that may be meant: more than a copy.
        place > 1 and (
            line_content <> first_content
            or coalesce(order_line_id <> first_order_line_id, false)
            or extract_id is not null
        ) as is_at_odds
    from placed

)

select * from compared
