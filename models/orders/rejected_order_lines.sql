{#- The text is looked up where the line came from: it cannot outlive a customer's wish to be forgotten. -#}
{{ config(materialized='view') }}

with rejected as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}
    where verdict = 'rejected'

),

received as (

    select * from {{ ref('also_bought', 'received_order_lines') }}

)

select
    rejected.received_line_id,
    rejected.order_source,
    rejected.source_row,
    rejected.verdict_reason,
    received.received_text
from rejected
left join received
    on rejected.order_source = received.order_source
    and rejected.source_row = received.source_row
