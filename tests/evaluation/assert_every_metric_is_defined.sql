select metrics.*
from {{ ref('also_bought', 'recommendation_metrics') }} as metrics
left join {{ ref('also_bought', 'metric_definitions') }} as definitions on metrics.metric = definitions.metric
where definitions.metric is null
