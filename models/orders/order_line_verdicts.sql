{{ config(materialized='view') }}

with resolved as (

    select * from {{ ref('also_bought', 'resolved_order_lines') }}

),

matched_returns as (

    select * from {{ ref('also_bought', 'matched_returns') }}

),

joined as (

    select
        resolved.*,
        coalesce(matched_returns.matched_quantity, 0) as matched_quantity,
        resolved.quantity < 0 as is_return
    from resolved
    left join matched_returns on resolved.received_line_id = matched_returns.received_line_id

),

reasoned as (

    select
        *,
        case
            when standing <> 'survivor' then reason
            when exclusion is not null then exclusion
            when is_return and {{ counts_as_return('order_status') }}
                then case when matched_quantity = 0 then 'return_without_purchase' else 'return_matched' end
            when not {{ counts_as_purchase('order_status') }}
                then {{ sentence('order_{order_status}') }}
            when matched_quantity = quantity then 'fully_returned'
        end as verdict_reason
    from joined

),

judged as (

    select
        received_line_id,
        order_source,
        source_row,
        order_id,
        order_line_id,
        customer_id,
        product_id,
        parent_product_id,
        quantity,
        unit_price,
        order_status,
        ordered_at,
        updated_at,
        case
            when standing <> 'survivor' then standing
            when exclusion is not null or verdict_reason = 'return_without_purchase' then 'rejected'
            when verdict_reason is not null then 'cancelled'
            else 'kept'
        end as verdict,
        verdict_reason,
        survivor_line_id,
        case when is_return then 0 else matched_quantity end as returned_quantity,
        case
            when verdict_reason in ('return_matched', 'return_without_purchase')
                then -quantity - matched_quantity
            else 0
        end as unmatched_return_quantity,
        received_copies
    from reasoned

)

select * from judged
