{#- Two sources number lines alike where most lines of the orders that they share name the same product under
    the same id. -#}
with numbered as (

    select
        order_source,
        source_precedence,
        order_id,
        order_line_id,
        product_id,
        is_return
    from {{ ref('also_bought', 'checked_order_lines') }}
    -- An emptied line may have been a purchase or a return.
    where order_line_id is not null and is_compared and quantity <> 0

),

shared_orders as (

    select
        order_id,
        is_return,
        min(source_precedence) as source_precedence
    from numbered
    group by order_id, is_return
    having min(source_precedence) < max(source_precedence)

),

shared_lines as (

    select distinct
        numbered.*,
        shared_orders.source_precedence as trusted_precedence
    from numbered
    inner join shared_orders
        on numbered.order_id = shared_orders.order_id
        and numbered.is_return = shared_orders.is_return

),

agreement as (

    select
        own_lines.order_source,
        count(*) as shared_lines,
        count(trusted_lines.order_id) as agreeing_lines,
        2 * count(trusted_lines.order_id) >= count(*) as is_agreed
    from shared_lines as own_lines
    left join shared_lines as trusted_lines
        on own_lines.order_id = trusted_lines.order_id
        and own_lines.is_return = trusted_lines.is_return
        and own_lines.order_line_id = trusted_lines.order_line_id
        and own_lines.product_id = trusted_lines.product_id
        and own_lines.trusted_precedence = trusted_lines.source_precedence
    where own_lines.source_precedence > own_lines.trusted_precedence
    group by own_lines.order_source

)

select * from agreement
