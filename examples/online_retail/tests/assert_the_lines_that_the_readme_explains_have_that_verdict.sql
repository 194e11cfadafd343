with explained as (

    select
        '235' as source_row,
        'C536391 22556 -12' as line,
        'return_without_purchase' as reason,
        null as counted_row
    union all
    select '517', '536409 21866 1', 'same_line_again', '494'
    union all
    select '622', '536414 22139 56', 'customer_id_missing', null
    union all
    select '9302', '537197 22841 1', 'unit_price_not_positive', null

),

verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

)

select
    explained.source_row,
    verdicts.verdict_reason,
    verdicts.survivor_line_id
from explained
left join verdicts on explained.source_row = verdicts.source_row
where
    explained.line
    is distinct from concat(verdicts.order_id, ' ', verdicts.product_id, ' ', verdicts.quantity)
    or explained.reason is distinct from verdicts.verdict_reason
    or (
        explained.counted_row is not null
        and 'online_retail ' || explained.counted_row is distinct from verdicts.survivor_line_id
    )
