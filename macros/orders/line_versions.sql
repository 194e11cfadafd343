{#- Returns the query of contested lines: which source has the last word about a line, and which of its versions is the
    latest. A line with a fault takes part: where it has the last word, none counts. -#}
{% macro line_versions(contested_lines) -%}
    {%- set sound_version = 'case when fault is null then own_version_group end' -%}
    {%- set line = 'order_id, has_line_ids, line_group, takes_back' -%}
    {%- set by_line_in_source = 'partition by ' ~ line ~ ', source_precedence' %}
    with kinds_told_apart as (

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
        from {{ contested_lines }}
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
                    then {{ also_bought.text_of_columns(['own_version_group', 'ordered_at']) }}
                -- Without an id a later word with a fault is about the only line there.
                when
                    order_line_id is null and fault is not null
                    and version_at > max(case when fault is null then version_at end) over by_line_in_source
                    and {{ also_bought.first_text(sound_version, over=by_line_in_source) }}
                    = {{ also_bought.last_text(sound_version, over=by_line_in_source) }}
                    then {{ also_bought.first_text(sound_version, over=by_line_in_source) }}
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

    )

    select * from contradictions_found
{%- endmacro %}
