select merged.*
from {{ ref('also_bought', 'order_line_verdicts') }} as merged
left join {{ ref('also_bought', 'order_line_verdicts') }} as survivors
    on merged.survivor_line_id = survivors.received_line_id
where merged.survivor_line_id is not null and survivors.received_line_id is null
