with neighbours as (

    select * from {{ ref('user_neighbours_by_cut') }}

),

history as (

    select * from {{ ref('user_item_history') }}

),

popularity as (

    select * from {{ ref('item_popularity') }}

),

votes as (

    select
        neighbours.cut_key,
        neighbours.user_key,
        history.item_key,
        cast(count(*) as {{ dbt.type_int() }}) as voting_neighbours,
        {{ exact_sum(neighbour_vote('neighbours.similarity', 'history.decayed_order_count')) }}
            as user_neighbour_score
    from neighbours
    inner join history
        on neighbours.cut_key = history.cut_key
        and neighbours.neighbour_key = history.user_key
    inner join popularity
        on history.cut_key = popularity.cut_key
        and history.item_key = popularity.item_key
    group by neighbours.cut_key, neighbours.user_key, history.item_key

),

strongest as (
    {{ strongest_of_each_list('votes', 'user_neighbour_score', ref('user_item_history')) }}
)

select
    cut_key,
    user_key,
    item_key,
    voting_neighbours,
    user_neighbour_score
from strongest
