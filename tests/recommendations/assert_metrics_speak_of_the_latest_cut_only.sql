-- The blends were chosen on the earlier cuts; figures of those would flatter them.
select
    metrics.cut_at,
    count(*) as row_count
from {{ ref('recommendation_metrics') }} as metrics
left join {{ ref('cuts') }} as cuts
    on metrics.cut_at = cuts.cut_at
    and cuts.cut_key = 1
where cuts.cut_key is null
group by metrics.cut_at
