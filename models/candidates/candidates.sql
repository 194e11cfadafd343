with list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

history as (

    select history.*
    from {{ ref('also_bought', 'user_item_counts_by_cut') }} as history
    inner join list_users
        on history.cut_key = list_users.cut_key
        and history.user_key = list_users.user_key

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

signals as (

    select
        cut_key,
        'own_history' as signal,
        user_key,
        item_key,
        true as is_bought,
        decayed_order_count as score
    from history
    union all
    select
        cut_key,
        'own_frequency' as signal,
        user_key,
        item_key,
        true as is_bought,
        order_count as score
    from history
    union all
    select
        cut_key,
        signal,
        user_key,
        item_key,
        is_bought,
        vote_score as score
    from {{ ref('also_bought', 'votes_' ~ neighbours_engine()) }}
    {%- for signal in event_signals() %}
    union all
    select
        cut_key,
        '{{ signal }}' as signal,
        user_key,
        item_key,
        is_bought,
        {{ signal }} as score
    from {{ ref('also_bought', 'seen_items') }}
    where {{ signal }} > 0
    {%- endfor %}
    {%- for signal in due_signals() %}
    union all
    select
        cut_key,
        '{{ signal }}' as signal,
        user_key,
        item_key,
        true as is_bought,
        {{ signal }} as score
    from {{ ref('also_bought', 'repurchases_by_cut') }}
    where {{ signal }} > 0
    {%- endfor %}
    {%- if setting('signals') %}
    union all
    select
        cut_key,
        signal,
        user_key,
        item_key,
        is_bought,
        score
    from {{ ref('also_bought', 'shop_signals') }}
    {%- endif %}
    union all
    -- How well they sell is the same for all users, and stands in item_popularity.
    select
        cut_key,
        'top_sellers' as signal,
        user_key,
        item_key,
        false as is_bought,
        0 as score
    from {{ ref('also_bought', 'top_seller_candidates') }}

),

candidates as (

    select
        signals.cut_key,
        signals.signal,
        signals.user_key,
        signals.item_key,
        signals.is_bought,
        cast(signals.score as {{ type_double() }}) as score
    from signals
    inner join popularity
        on signals.cut_key = popularity.cut_key
        and signals.item_key = popularity.item_key
    left join returned_items
        on signals.cut_key = returned_items.cut_key
        and signals.user_key = returned_items.user_key
        and signals.item_key = returned_items.item_key
    where returned_items.item_key is null

)

select * from candidates
