{#- Of the lines that claim to be the same one and disagree: which of them counts, and which repetition of it
    is meant. A window over each group decides. -#}
{%- set line = 'order_id, has_line_ids, line_group, takes_back' -%}
{%- set survivor = "case when standing = 'survivor' then received_line_id end" -%}

with contested as (

    select
        *,
        {{ line_identity('has_line_ids') }} as line_group,
        {{ line_version_identity() }} as own_version_group,
        {{ fingerprint(line_content_columns()) }} as line_content,
        coalesce(updated_at, cast('1900-01-01' as {{ dbt.type_timestamp() }})) as version_at
    from {{ ref('also_bought', 'compared_order_lines') }}
    where is_contested

),

versions as (

    {{ line_versions('contested') }}

),

-- An extract repeats a line only where the order does; without extracts every copy is a repetition.
repetitions_numbered as (

    select
        *,
        case
            when extract_id is null or order_line_id is not null then 1 else row_number() over by_extract
        end as repetition
    from versions
    window by_extract as (
        partition by {{ line }}, version_group, line_content, is_winner, order_source, extract_id
        order by length(source_row) asc, {{ byte_order('source_row') }} asc
    )

),

copies_numbered as (

    select
        *,
        row_number() over (
            partition by {{ line }}, version_group, line_content, is_winner, repetition
            order by
                length(source_row) asc, {{ byte_order('source_row') }} asc,
                {{ byte_order('received_line_id') }} asc
        ) as copy_number
    from repetitions_numbered

),

survivors_chosen as (

    select
        *,
        case
            when fault is not null and is_said_by_winner then 'rejected'
            when is_winner and is_contradictory then 'rejected'
            when is_winner and copy_number = 1 then 'survivor'
            else 'merged'
        end as standing
    from copies_numbered

),

survivors_found as (

    select
        *,
        coalesce(
            {{ first_text(survivor, over='partition by ' ~ line ~ ', line_content, repetition') }},
            {{ first_text(survivor, over='partition by ' ~ line ~ ', line_content') }}
        ) as equal_survivor_id,
        {{ first_text(survivor, over='partition by ' ~ line) }} as group_survivor_id
    from survivors_chosen

),

decided as (

    select
        received_line_id,
        order_source,
        source_row,
        order_id,
        order_line_id,
        customer_id,
        product_id,
        quantity,
        unit_price,
        ordered_at,
        updated_at,
        order_status,
        is_only_here,
        is_contested,
        is_contradicting,
        case
            when standing <> 'merged' then standing
            when equal_survivor_id is not null then 'duplicate'
            else 'superseded'
        end as standing,
        case
            when standing = 'rejected' then coalesce(fault, 'contradiction_unresolved')
            when standing = 'merged' and equal_survivor_id is not null then 'same_line_again'
            when standing = 'merged' and source_precedence > winning_precedence
                then 'lower_precedence_source'
            when standing = 'merged' then 'older_version'
        end as reason,
        case
            when standing = 'survivor' then received_line_id
            when standing = 'merged' then coalesce(equal_survivor_id, group_survivor_id)
        end as survivor_line_id
    from survivors_found

),

counted as (

    select
        *,
        count(*) over (partition by survivor_line_id) as received_copies
    from decided

)

select * from counted
