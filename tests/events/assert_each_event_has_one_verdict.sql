{{ config(enabled=setting('event_sources') is not none) }}
-- What is received is what the days count, by source and type.
with received as (

    {%- for model_name in setting('event_sources') or [] %}
    select
        event_source,
        count(*) as event_count
    from {{ input_model(model_name) }}
    group by event_source
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

by_source as (

    select
        event_source,
        sum(event_count) as event_count
    from received
    group by event_source

),

judged as (

    select
        event_source,
        sum(event_count) as event_count
    from {{ ref('also_bought', 'daily_events') }}
    group by event_source

)

select
    by_source.event_source,
    by_source.event_count as received_events,
    judged.event_count as judged_events
from by_source
full outer join judged on by_source.event_source = judged.event_source
where by_source.event_count is distinct from judged.event_count
