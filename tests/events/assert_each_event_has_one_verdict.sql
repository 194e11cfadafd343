{{ config(enabled=setting('event_sources') is not none) }}
-- What is received and not too old to be read is what the days count, by source.
{% set columns = {'event_source': dbt.type_string(), 'occurred_at': event_columns().occurred_at} -%}

with received as (

    {%- for model_name in setting('event_sources') or [] %}
    select
        event_source,
        count(*) as event_count
    from ({{ input_query(model_name, columns, {}) }}) as typed_events
    where {{ is_retained('occurred_at') }}
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
