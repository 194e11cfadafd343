{#- What the signals give some users, worked out again from the orders alone: what `candidates` should say of
    them. Item neighbours and the regression are taken as they are; `recount_differences` has others of them.
    -#}

with purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

known_items as (

    select * from {{ ref('also_bought', 'recounted_popularity') }}

),

given_back as (

    select * from {{ ref('also_bought', 'recounted_returns') }}

),

own as (

    select purchases.*
    from purchases
    inner join {{ ref('also_bought', 'recount_sample') }} as recount_sample
        on purchases.cut_key = recount_sample.cut_key
        and purchases.user_key = recount_sample.row_key
        and recount_sample.kind = 'user'

),

voters as (

    select
        'user_neighbours' as signal,
        cut_key,
        row_key as user_key,
        neighbour_key as voter_key,
        similarity_millionths as strength
    from {{ ref('also_bought', 'recounted_neighbours') }}
    where kind = 'user'
    union all
    select
        'item_neighbours' as signal,
        cut_key,
        user_key,
        item_key as voter_key,
        profile_millionths as strength
    from own
    union all
    select
        'item_regression' as signal,
        cut_key,
        user_key,
        item_key as voter_key,
        1 as strength
    from own

),

ballots as (

    select
        'user_neighbours' as signal,
        cut_key,
        user_key as voter_key,
        item_key,
        vote_millionths as strength
    from purchases
    union all
    select
        'item_neighbours' as signal,
        cut_key,
        item_key as voter_key,
        neighbour_key as item_key,
        similarity_millionths as strength
    from {{ ref('also_bought', 'item_neighbours_by_cut') }}
    union all
    select
        'item_regression' as signal,
        cut_key,
        predictor_key as voter_key,
        item_key,
        weight_millionths as strength
    from {{ ref('also_bought', 'item_regression_' ~ neighbours_engine()) }}

),

scores as (

    select
        voters.signal,
        voters.cut_key,
        voters.user_key,
        ballots.item_key,
        cast(sum(voters.strength * ballots.strength) as {{ type_double() }}) as score
    from voters
    inner join ballots
        on voters.signal = ballots.signal
        and voters.cut_key = ballots.cut_key
        and voters.voter_key = ballots.voter_key
    group by voters.signal, voters.cut_key, voters.user_key, ballots.item_key
    union all
    select
        'own_history' as signal,
        cut_key,
        user_key,
        item_key,
        decayed_order_count as score
    from own
    union all
    select
        'own_frequency' as signal,
        cut_key,
        user_key,
        item_key,
        cast(order_count as {{ type_double() }}) as score
    from own
    {%- if event_signals() %}
    union all
    select * from {{ ref('also_bought', 'recounted_seen_items') }}
    {%- endif %}
    {%- for signal in due_signals() %}
    union all
    select
        '{{ signal }}' as signal,
        cut_key,
        user_key,
        item_key,
        {{ signal }} as score
    from {{ ref('also_bought', 'recounted_repurchases') }}
    where {{ signal }} > 0
    {%- endfor %}

),

candidates as (

    select
        scores.*,
        own.item_key is not null as is_bought
    from scores
    inner join known_items
        on scores.cut_key = known_items.cut_key
        and scores.item_key = known_items.item_key
    left join own
        on scores.cut_key = own.cut_key
        and scores.user_key = own.user_key
        and scores.item_key = own.item_key
    left join given_back
        on scores.cut_key = given_back.cut_key
        and scores.user_key = given_back.user_key
        and scores.item_key = given_back.item_key
    where given_back.item_key is null

)

select * from candidates
