{#- Of all that a user bought, the one item that speaks most for a recommended item. -#}

with published as (

    select distinct
        user_key,
        item_key
    from {{ ref('also_bought', 'published_candidates') }}
    where
        strategy in ('item_neighbours', 'item_regression')
        or (
            {{ is_from_our_blend('recommender') }}
            and (item_neighbours_points > 0 or item_regression_points > 0)
        )

),

voters as (

    select * from {{ ref('also_bought', 'voters') }}
    where {{ is_production() }} and signal in ('item_neighbours', 'item_regression')

),

ballots as (

    select * from {{ ref('also_bought', 'ballots') }}
    where {{ is_production() }}

),

ranked as (

    select
        published.user_key,
        published.item_key,
        voters.signal as strategy,
        voters.voter_key as because_item_key,
        row_number() over (
            partition by published.user_key, published.item_key, voters.signal
            order by voters.strength * ballots.strength desc, voters.voter_key asc
        ) as rank
    from published
    inner join voters on published.user_key = voters.user_key
    inner join ballots
        on voters.signal = ballots.signal
        and voters.voter_key = ballots.voter_key
        and published.item_key = ballots.item_key
    where ballots.strength > 0

)

select
    user_key,
    item_key,
    strategy,
    because_item_key
from ranked
where rank = 1
