{#- Window functions decide, in three steps, which of the lines that claim to be the same line counts:
    what identifies it, which source has the last word, which version is the latest. -#}

with faultless as (

    select * from {{ ref('checked_order_lines') }}
    where fault is null

),

orders_with_line_ids as (

    select
        *,
        min(case when order_line_id is null then 0 else 1 end)
            over (partition by order_id) as has_line_ids
    from faultless

),

identified as (

    select
        *,
        {{ line_identity('has_line_ids = 1') }} as line_group,
        {{ line_version_identity() }} as line_version_group,
        {{ dbt.hash(text_of_columns([
            'customer_id', 'product_id', 'quantity', 'unit_price', 'ordered_at', 'order_status'
        ])) }} as line_content
    from orders_with_line_ids

),

sources_ranked as (

    select
        *,
        min(source_precedence)
            over (partition by order_id, line_group) as winning_precedence,
        coalesce(updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_at
    from identified

),

versions_ranked as (

    select
        *,
        source_precedence = winning_precedence and version_at = max(version_at) over (
            partition by order_id, line_group, line_version_group, source_precedence
        ) as is_winner
    from sources_ranked

),

contradictions_found as (

    select
        *,
        min(case when is_winner then line_content end)
            over (partition by order_id, line_group, line_version_group)
        <> max(case when is_winner then line_content end)
            over (partition by order_id, line_group, line_version_group)
            as is_contradictory
    from versions_ranked

),

copies_numbered as (

    select
        *,
        -- Row numbers are text; the shorter is the smaller.
        row_number() over (
            partition by order_id, line_group, line_version_group, line_content, is_winner
            order by length(source_row) asc, source_row asc, received_line_id asc
        ) as copy_number
    from contradictions_found

),

survivors_chosen as (

    select
        *,
        case
            when is_winner and is_contradictory then 'contradictory'
            when is_winner and copy_number = 1 then 'survivor'
            else 'merged'
        end as standing
    from copies_numbered

),

merged_into as (

    select
        *,
        min(case when standing = 'survivor' then received_line_id end)
            over (partition by order_id, line_group, line_content) as equal_survivor_id,
        min(case when standing = 'survivor' then received_line_id end)
            over (partition by order_id, line_group) as group_survivor_id
    from survivors_chosen

),

resolved as (

    select
        received_line_id,
        order_source,
        source_precedence,
        order_id,
        line_group,
        line_content,
        customer_id,
        product_id,
        quantity,
        unit_price,
        ordered_at,
        order_status,
        case
            when standing = 'survivor' then 'survivor'
            when standing = 'contradictory' then 'rejected'
            when equal_survivor_id is not null then 'duplicate'
            else 'superseded'
        end as standing,
        case
            when standing = 'contradictory' then 'contradiction_unresolved'
            when standing = 'merged' and equal_survivor_id is not null then 'same_line_again'
            when standing = 'merged' and source_precedence > winning_precedence
                then 'lower_precedence_source'
            when standing = 'merged' then 'older_version'
        end as reason,
        case
            when standing = 'survivor' then received_line_id
            when standing = 'merged' then coalesce(equal_survivor_id, group_survivor_id)
        end as survivor_line_id
    from merged_into

)

select * from resolved
