{#- Returns lines with the units that are left of them. In each pile purchases pile up in `line_order`, and returns
    take from the top, never below the floor. `height` is the pile's after each line; what a return would take
    from below the floor it keeps. A purchase keeps what no later return has reached. -#}
{% macro take_from_pile(lines, pile, line_order, takes_part) -%}
    {%- set so_far = 'partition by ' ~ pile ~ ' order by ' ~ line_order
        ~ ' rows between unbounded preceding and current row' %}
    with {{ lines }}_signed as (

        select
            *,
            case when not ({{ takes_part }}) then 0 when is_return = 1 then -units_left else units_left end as units
        from {{ lines }}

    ),

    {{ lines }}_summed as (

        select
            *,
            sum(units) over ({{ so_far }}) as running_sum
        from {{ lines }}_signed

    ),

    {{ lines }}_floored as (

        select
            *,
            running_sum + greatest(0, -min(running_sum) over ({{ so_far }})) as height
        from {{ lines }}_summed

    ),

    {{ lines }}_piled as (

        select
            *,
            lag(height, 1, 0) over (partition by {{ pile }} order by {{ line_order }}) as height_before,
            min(height) over (
                partition by {{ pile }}
                order by {{ line_order }}
                rows between current row and unbounded following
            ) as lowest_height_from_here
        from {{ lines }}_floored

    )

    select
        received_line_id,
        order_id,
        customer_id,
        product_id,
        parent_product_id,
        family_id,
        quantity,
        unit_price,
        ordered_at,
        is_return,
        is_counted,
        standing,
        units_there,
        units_left - case
            when is_return = 1 then height_before - height
            else units - greatest(0, lowest_height_from_here - height_before)
        end as units_left
    from {{ lines }}_piled
{%- endmacro %}
