{#- Returns the query of the extracts of an order that a later one replaces, because an extract holds each of its orders
    whole. -#}
{% macro older_extracts(checked_lines) -%}
    with extracts as (

        select
            order_source,
            order_id,
            is_return,
            extract_id,
            max(coalesce(updated_at, loaded_at)) as version_at
        from {{ checked_lines }}
        where extract_id is not null and is_compared
        group by order_source, order_id, is_return, extract_id

    ),

    extracts_ranked as (

        select
            *,
            max(version_at) over (partition by order_source, order_id, is_return) as last_version_at
        from extracts

    )

    select * from extracts_ranked
    where version_at < last_version_at
{%- endmacro %}
