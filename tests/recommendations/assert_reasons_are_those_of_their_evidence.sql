-- A reason says what its row counts. Neighbours are those that were counted. The first stands in the list.
with reasons as (

    select * from {{ ref('also_bought', 'recommendation_reasons') }}

),

recommendations as (

    select * from {{ ref('also_bought', 'user_recommendations') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

votes as (

    select
        users.user_id,
        items.item_id,
        votes.voting_neighbours,
        votes.neighbour_count
    from {{ ref('also_bought', 'voting_neighbours') }} as votes
    inner join users on votes.user_key = users.user_key
    inner join items on votes.item_key = items.item_key

),

evidence as (

    select
        reasons.*,
        recommendations.own_order_count,
        recommendations.strategy as strategy_of_row,
        recommendations.reason as first_reason,
        coalesce(recommendations.voting_neighbours, 0) as first_voting_neighbours,
        votes.voting_neighbours as votes_counted,
        votes.neighbour_count as neighbours_counted
    from recommendations
    left join reasons
        on recommendations.user_id = reasons.user_id
        and recommendations.list = reasons.list
        and recommendations.rank = reasons.rank
        and recommendations.item_id = reasons.item_id
    left join votes
        on reasons.strategy = 'user_neighbours'
        and reasons.user_id = votes.user_id
        and reasons.item_id = votes.item_id

),

worded as (

    select
        *,
        {{ reason_sentence() }} as reason_of_evidence
    from evidence

)

select
    user_id,
    list,
    rank,
    reason_rank,
    reason,
    reason_of_evidence,
    first_reason
from worded
where
    reason is distinct from reason_of_evidence
    or voting_neighbours is distinct from votes_counted
    or neighbour_count is distinct from neighbours_counted
    or (
        reason_rank = 1
        and (first_reason <> reason or first_voting_neighbours <> coalesce(voting_neighbours, 0))
    )
