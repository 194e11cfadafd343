{{ config(enabled=setting('event_sources') is not none) }}

with verdicts as (

    select * from {{ ref('also_bought', 'event_verdicts') }}

),

typed as (

    select
        event_source,
        cast(occurred_at as date) as occurred_on,
        case when verdict = 'unknown_type' then 'unknown' else event_type end as event_type,
        verdict
    from verdicts

),

counted as (

    select
        event_source,
        occurred_on,
        event_type,
        verdict,
        count(*) as event_count
    from typed
    group by event_source, occurred_on, event_type, verdict

),

named as (

    select
        {{ joined_key(
            'event_source',
            joined_key(
                "coalesce(" ~ as_text('occurred_on') ~ ", 'undated')", joined_key("coalesce(event_type, '')", 'verdict')
            )
        ) }} as row_id,
        event_source,
        occurred_on,
        event_type,
        verdict,
        cast(event_count as {{ dbt.type_bigint() }}) as event_count
    from counted

)

select * from named
