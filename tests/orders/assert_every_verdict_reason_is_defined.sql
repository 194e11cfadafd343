-- With the verdict that the line has.
select verdicts.*
from {{ ref('also_bought', 'order_line_verdicts') }} as verdicts
left join {{ ref('also_bought', 'verdict_reasons') }} as reasons
    on verdicts.verdict_reason = reasons.verdict_reason
    and verdicts.verdict = reasons.verdict
where verdicts.verdict_reason is not null and reasons.verdict_reason is null
