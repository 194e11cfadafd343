-- A duplicate or superseded line points to a line that decides in its place, which is neither itself.
select
    merged.received_line_id,
    merged.verdict,
    survivors.verdict as survivor_verdict
from {{ ref('also_bought', 'order_line_verdicts') }} as merged
left join {{ ref('also_bought', 'order_line_verdicts') }} as survivors
    on merged.survivor_line_id = survivors.received_line_id
where
    merged.verdict in ('duplicate', 'superseded')
    and merged.survivor_line_id is not null
    and survivors.verdict in ('duplicate', 'superseded')
