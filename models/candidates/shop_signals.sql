{#- The signals that a shop adds by the var also_bought__signals. As of votes, the strongest count: of items
    that the user bought and of those that are new. -#}
{{ config(enabled=(setting('signals') | length > 0)) }}
{%- do check_signals() %}

with received as (

    {%- for signal, definition in setting('signals').items() %}
    select
        cut_key,
        '{{ signal }}' as signal,
        cast(user_id as {{ dbt.type_string() }}) as user_id,
        cast(item_id as {{ dbt.type_string() }}) as item_id,
        cast(score as {{ type_double() }}) as score
    from {{ input_model(definition.model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

bought_or_new as (

    select
        received.cut_key,
        received.signal,
        users.user_key,
        items.item_key,
        history.item_key is not null as is_bought,
        received.score
    from received
    inner join users on received.user_id = users.user_id
    inner join items on received.item_id = items.item_id
    inner join list_users
        on received.cut_key = list_users.cut_key
        and users.user_key = list_users.user_key
    left join history
        on received.cut_key = history.cut_key
        and users.user_key = history.user_key
        and items.item_key = history.item_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by cut_key, signal, user_key, is_bought order by score desc, item_key asc
        ) as rank
    from bought_or_new

)

select
    cut_key,
    signal,
    user_key,
    item_key,
    is_bought,
    score
from ranked
where rank <= {{ setting('candidates_per_signal') }}
