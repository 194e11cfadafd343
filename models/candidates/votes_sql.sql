{#- What each user's voters vote for, summed, and of that the strongest items: of those the user bought and
    of those the user did not. The readable reference of the kernel's votes, and the engine where no Python
    model runs. -#}
{{ config(enabled=neighbours_engine() == 'sql') }}

with voters as (

    select * from {{ ref('also_bought', 'voters') }}

),

ballots as (

    select * from {{ ref('also_bought', 'ballots') }}

),

history as (

    select
        cut_key,
        user_key,
        item_key
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

votes as (

    select
        voters.cut_key,
        voters.signal,
        voters.user_key,
        ballots.item_key,
        cast(sum(voters.strength * ballots.strength) as {{ dbt.type_bigint() }}) as vote_score
    from voters
    inner join ballots
        on voters.cut_key = ballots.cut_key
        and voters.signal = ballots.signal
        and voters.voter_key = ballots.voter_key
    group by voters.cut_key, voters.signal, voters.user_key, ballots.item_key

),

bought_or_new as (

    select
        votes.*,
        history.item_key is not null as is_bought
    from votes
    left join history
        on votes.cut_key = history.cut_key
        and votes.user_key = history.user_key
        and votes.item_key = history.item_key
    where votes.vote_score > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by cut_key, signal, user_key, is_bought order by vote_score desc, item_key asc
        ) as rank
    from bought_or_new

)

select
    cut_key,
    signal,
    user_key,
    item_key,
    is_bought,
    vote_score
from ranked
where rank <= {{ setting('candidates_per_signal') }}
