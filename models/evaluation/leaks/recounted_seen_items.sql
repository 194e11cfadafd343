{#- What the events before the past cuts say, counted a second time, for some users: what `seen_items` should
    say. It reads no model that it checks. -#}
{{ config(enabled=setting('event_sources') is not none) }}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

events as (

    select
        buyers.user_key,
        items.item_key,
        verdicts.event_type,
        verdicts.occurred_at,
        verdicts.known_at
    from {{ ref('also_bought', 'event_verdicts') }} as verdicts
    inner join {{ ref('also_bought', 'users') }} as buyers on verdicts.customer_id = buyers.user_id
    inner join {{ ref('also_bought', 'items') }} as items on verdicts.item_id = items.item_id
    where verdicts.verdict = 'kept'

),

sampled_users as (

    select * from {{ ref('also_bought', 'recount_sample') }}
    where kind = 'user'

),

before_cuts as (

    select
        cuts.cut_key,
        events.user_key,
        events.item_key,
        events.event_type,
        {{ days_between('events.occurred_at', 'cuts.cut_at') }} as days_ago
    from cuts
    inner join sampled_users on cuts.cut_key = sampled_users.cut_key
    inner join events
        on sampled_users.row_key = events.user_key
        and cuts.cut_at > events.occurred_at
        and cuts.cut_at > events.known_at
    where
        not exists (
            select 1 from {{ ref('also_bought', 'recounted_orders') }} as orders
            where orders.user_key = events.user_key
                and orders.item_key = events.item_key
                and orders.ordered_at < cuts.cut_at
                and orders.ordered_at >= events.occurred_at
        )

),

counted as (

    select
        cut_key,
        user_key,
        item_key,
        {{ seen_scores() | join(',\n        ') }}
    from before_cuts
    group by cut_key, user_key, item_key

),

signals as (

    {%- for signal in event_signals() %}
    select
        '{{ signal }}' as signal,
        cut_key,
        user_key,
        item_key,
        cast({{ signal }} as {{ type_double() }}) as score
    from counted
    where {{ signal }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from signals
