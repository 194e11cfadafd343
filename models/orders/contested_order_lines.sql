{#- Lines that claim to be the same one and disagree. Window functions decide which of them counts: which
    source has the last word, which version is the latest, which repetition is meant. A line with a fault takes
    part: where it has the last word, none counts. -#}
{%- set sound_version = 'case when fault is null then own_version_group end' -%}
{%- set line = 'order_id, has_line_ids, line_group, takes_back' -%}
{%- set by_line_in_source = 'partition by ' ~ line ~ ', source_precedence' -%}
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

kinds_told_apart as (

    select
        *,
        -- A line that was emptied is what the other lines of its source are.
        is_return or (
            coalesce(quantity, 0) = 0
            and max(case when is_return then 1 else 0 end) over by_line_in_source = 1
            and max(case when not is_return and quantity <> 0 then 1 else 0 end) over by_line_in_source = 0
        ) as takes_back,
        max(case when is_return or coalesce(quantity, 0) = 0 then 0 else 1 end) over by_line = 1
            as has_purchase
    from contested
    window
        by_line as (partition by order_id, has_line_ids, line_group),
        by_line_in_source as (partition by order_id, has_line_ids, line_group, source_precedence)

),

versions_told_apart as (

    select
        *,
        case
            -- The id is the purchase's, and it may come back in parts.
            when takes_back and has_purchase and order_line_id is not null
                then {{ text_of_columns(['own_version_group', 'ordered_at']) }}
            -- Without an id a later word with a fault is about the only line there.
            when
                order_line_id is null and fault is not null
                and version_at > max(case when fault is null then version_at end) over by_line_in_source
                and {{ first_text(sound_version, over=by_line_in_source) }}
                = {{ last_text(sound_version, over=by_line_in_source) }}
                then {{ first_text(sound_version, over=by_line_in_source) }}
            else own_version_group
        end as version_group
    from kinds_told_apart
    window by_line_in_source as ({{ by_line_in_source }})

),

versions_ranked as (

    select
        *,
        min(source_precedence) over by_line as winning_precedence,
        min(source_precedence) over by_line < max(source_precedence) over by_line
        and min(source_precedence) over by_content
        = max(source_precedence) over by_content as is_contradicting,
        source_precedence = min(source_precedence) over by_line
        and version_at = max(version_at) over by_version_in_source
        and not is_in_older_extract as is_winner
    from versions_told_apart
    window
        by_line as (partition by {{ line }}),
        by_content as (partition by {{ line }}, line_content),
        by_version_in_source as (partition by {{ line }}, version_group, source_precedence)

),

contradictions_found as (

    select
        *,
        min(case when is_winner and fault is null then line_content end) over by_version
        <> max(case when is_winner and fault is null then line_content end) over by_version
            as is_contradictory,
        max(case when is_winner then 1 else 0 end) over by_content = 1 as is_said_by_winner
    from versions_ranked
    window
        by_version as (partition by {{ line }}, version_group),
        by_content as (partition by {{ line }}, line_content)

),

-- An extract repeats a line only where the order does; without extracts every copy is a repetition.
repetitions_numbered as (

    select
        *,
        case
            when extract_id is null or order_line_id is not null then 1 else row_number() over by_extract
        end as repetition
    from contradictions_found
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
