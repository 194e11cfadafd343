{#- Per customer and product, purchases pile up and returns take from the top of the pile: the most
    recent purchase first, never below the floor. `pile` is the height after each line; what a return
    would take from below the floor is unmatched. A purchase keeps what no later return has reached. -#}

{#- What a line says comes before where it stood: the same orders in other tables give the same returns. -#}
{%- set time_order = 'ordered_at, is_return, ' ~ byte_order('order_id')
    ~ ', quantity, unit_price nulls last, ' ~ byte_order('received_line_id') -%}

with completed as (

    select
        received_line_id,
        order_id,
        customer_id,
        product_id,
        quantity,
        unit_price,
        ordered_at,
        case when quantity < 0 then 1 else 0 end as is_return
    from {{ ref('also_bought', 'resolved_order_lines') }}
    where standing = 'survivor' and exclusion is null and {{ counts_as_purchase('order_status') }}

),

returned_products as (

    select distinct
        customer_id,
        product_id
    from completed
    where is_return = 1

),

with_returns as (

    select completed.*
    from completed
    inner join returned_products
        on completed.customer_id = returned_products.customer_id
        and completed.product_id = returned_products.product_id

),

summed as (

    select
        *,
        sum(quantity) over (
            partition by customer_id, product_id
            order by {{ time_order }}
            rows between unbounded preceding and current row
        ) as running_sum
    from with_returns

),

floored as (

    select
        *,
        greatest(0, -min(running_sum) over (
            partition by customer_id, product_id
            order by {{ time_order }}
            rows between unbounded preceding and current row
        )) as unmatched_so_far
    from summed

),

piled as (

    select
        *,
        running_sum + unmatched_so_far as pile,
        lag(running_sum + unmatched_so_far, 1, 0) over (
            partition by customer_id, product_id
            order by {{ time_order }}
        ) as pile_before,
        min(running_sum + unmatched_so_far) over (
            partition by customer_id, product_id
            order by {{ time_order }}
            rows between current row and unbounded following
        ) as lowest_pile_from_here
    from floored

),

matched as (

    select
        received_line_id,
        is_return,
        cast(case
            when is_return = 1 then pile_before - pile
            else quantity - greatest(0, lowest_pile_from_here - pile_before)
        end as {{ dbt.type_bigint() }}) as matched_quantity
    from piled

)

select * from matched
