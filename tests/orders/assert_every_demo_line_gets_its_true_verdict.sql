{{ config(enabled=var('also_bought__order_sources') == [
    'stg_shop__orders_final_final', 'stg_shop__orders_final', 'stg_shop__orders_v2'
] and project_name == 'also_bought' and (var('also_bought__as_of') or '2025-03-31') | string >= '2025-03-31') }}

-- The generator of the demo shop knows what it planted; the models must find it line by line. It tells of the
-- shop's last day, and does not say what was known before; a date in 2099 is later than any day.
with truth as (

    select * from {{ ref('also_bought', 'demo_shop_truth') }}

),

verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

)

select
    truth.order_source,
    truth.source_row,
    truth.planted,
    truth.verdict as true_verdict,
    truth.verdict_reason as true_reason,
    verdicts.verdict,
    verdicts.verdict_reason
from truth
full outer join verdicts
    on truth.order_source = verdicts.order_source
    and truth.source_row = verdicts.source_row
where
    verdicts.verdict is distinct from 'later'
    and (
        truth.verdict is distinct from verdicts.verdict
        or coalesce(truth.verdict_reason, '') <> coalesce(verdicts.verdict_reason, '')
    )
