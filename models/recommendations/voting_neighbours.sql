{#- Counts of people only; fewer than the rule `fewest_people_named` are not counted. -#}

with published as (

    select distinct
        user_key,
        item_key
    from {{ ref('also_bought', 'published_candidates') }}
    where
        strategy = 'user_neighbours'
        or ({{ is_from_our_blend('recommender') }} and user_neighbours_points > 0)

),

neighbours as (

    select
        user_key,
        neighbour_key,
        count(*) over (partition by user_key) as neighbour_count
    from {{ ref('also_bought', 'user_neighbours_by_cut') }}
    where {{ is_production() }}

),

history as (

    select {{ pair_key('user_key', 'item_key') }} as user_and_item
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}

),

counted as (

    select
        published.user_key,
        published.item_key,
        count(*) as voting_neighbours,
        max(neighbours.neighbour_count) as neighbour_count
    from published
    inner join neighbours on published.user_key = neighbours.user_key
    inner join history
        on {{ pair_key('neighbours.neighbour_key', 'published.item_key') }} = history.user_and_item
    group by published.user_key, published.item_key

)

select
    user_key,
    item_key,
    cast({{ counted_people('voting_neighbours') }} as {{ dbt.type_int() }}) as voting_neighbours,
    cast(neighbour_count as {{ dbt.type_int() }}) as neighbour_count
from counted
where voting_neighbours >= {{ fewest_people_named() }}
