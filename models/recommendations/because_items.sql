{#- Of all that a user bought, the one item that speaks most for a recommended item. -#}

with published as (

    select distinct
        user_key,
        item_key
    from {{ ref('published_candidates') }}
    where recommender = 'also_bought' and item_neighbours_points > 0

),

history as (

    select * from {{ ref('user_item_history') }}
    where cut_key = 0

),

neighbours as (

    select * from {{ ref('item_neighbours_by_cut') }}
    where cut_key = 0

),

ranked as (

    select
        published.user_key,
        published.item_key,
        history.item_key as because_item_key,
        row_number() over (
            partition by published.user_key, published.item_key
            order by
                neighbours.similarity_millionths * history.profile_millionths desc,
                history.item_key asc
        ) as place
    from published
    inner join history on published.user_key = history.user_key
    inner join neighbours
        on history.item_key = neighbours.item_key
        and published.item_key = neighbours.neighbour_key

)

select
    user_key,
    item_key,
    because_item_key
from ranked
where place = 1
