with verdicts as (

    select * from {{ ref('order_line_verdicts') }}
    where verdict = 'rejected'

),

received as (

    select * from {{ ref('received_order_lines') }}

),

rejected as (

    select
        verdicts.received_line_id,
        verdicts.order_source,
        verdicts.source_row,
        verdicts.verdict_reason,
        received.received_text
    from verdicts
    inner join received on verdicts.received_line_id = received.received_line_id

)

select * from rejected
