{#- What users looked at before each cut and have not bought since. The past of a device counts from the login
    that says whose it is. -#}
{{ config(enabled=setting('event_sources') is not none) }}

with cuts as (

    select * from {{ built_cuts() }}

),

kept_events as (

    select * from {{ ref('also_bought', 'event_verdicts') }}
    where verdict = 'kept' and customer_id is not null

),

list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

keyed_events as (

    select
        buyers.user_key,
        items.item_key,
        kept_events.event_type,
        kept_events.occurred_at,
        kept_events.known_at
    from kept_events
    inner join {{ ref('also_bought', 'users') }} as buyers on kept_events.customer_id = buyers.user_id
    inner join {{ ref('also_bought', 'items') }} as items on kept_events.item_id = items.item_id

),

events_at_cuts as (

    select
        cuts.cut_key,
        keyed_events.user_key,
        keyed_events.item_key,
        keyed_events.event_type,
        {{ days_between('keyed_events.occurred_at', 'cuts.cut_at') }} as days_ago,
        history.item_key is not null as is_bought
    from keyed_events
    inner join cuts on keyed_events.known_at < cuts.cut_at
    inner join list_users
        on cuts.cut_key = list_users.cut_key
        and keyed_events.user_key = list_users.user_key
    left join history
        on cuts.cut_key = history.cut_key
        and keyed_events.user_key = history.user_key
        and keyed_events.item_key = history.item_key
    where history.last_ordered_at is null or keyed_events.occurred_at > history.last_ordered_at

),

seen_items as (

    select
        cut_key,
        user_key,
        item_key,
        is_bought,
        {{ seen_scores() | join(',\n        ') }}
    from events_at_cuts
    group by cut_key, user_key, item_key, is_bought

)

select * from seen_items
