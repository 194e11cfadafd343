with neighbours as (

    select * from {{ ref('item_neighbours_by_cut') }}

),

history as (

    select * from {{ ref('user_item_history') }}

),

popularity as (

    select * from {{ ref('item_popularity') }}

),

scores as (

    select
        history.cut_key,
        history.user_key,
        neighbours.neighbour_key as item_key,
        {{ exact_sum(neighbour_vote('neighbours.similarity', 'history.decayed_order_count')) }}
            as item_neighbour_score
    from history
    inner join neighbours
        on history.cut_key = neighbours.cut_key
        and history.item_key = neighbours.item_key
    inner join popularity
        on neighbours.cut_key = popularity.cut_key
        and neighbours.neighbour_key = popularity.item_key
    group by history.cut_key, history.user_key, neighbours.neighbour_key

),

strongest as (
    {{ strongest_of_each_list('scores', 'item_neighbour_score', ref('user_item_history')) }}
)

select
    cut_key,
    user_key,
    item_key,
    item_neighbour_score
from strongest
