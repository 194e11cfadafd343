{#- Returns the query of the orders whose lines are told apart by product: a line has no id, or two sources number them
    differently. Purchases are compared with purchases, and returns with returns. -#}
{% macro orders_compared_by_product(checked_lines, foreign_line_ids) -%}
    select
        order_id,
        is_return
    from {{ checked_lines }}
    where order_line_id is null and is_compared
    union
    select
        lines.order_id,
        lines.is_return
    from {{ checked_lines }} as lines
    inner join {{ foreign_line_ids }} as foreign_sources on lines.order_source = foreign_sources.order_source
    inner join {{ checked_lines }} as elsewhere
        on lines.order_id = elsewhere.order_id
        and lines.is_return = elsewhere.is_return
        and lines.order_source <> elsewhere.order_source
    where lines.is_compared and elsewhere.is_compared
{%- endmacro %}
