{{ config(materialized='table') }}

with weighed as (

    select
        cuts.cut_key,
        events.customer_id as user_id,
        events.product_id as item_id,
        cast(sum(
            case events.event_type when 'view' then 1 when 'purchase' then 5 else 3 end
        ) as double precision) as weight
    from {{ ref('stg_log__events') }} as events
    inner join {{ ref('also_bought', 'cuts') }} as cuts on events.occurred_at < cuts.cut_at
    group by cuts.cut_key, events.customer_id, events.product_id

),

norms as (

    select
        cut_key,
        item_id,
        sqrt(sum(weight * weight)) as norm
    from weighed
    group by cut_key, item_id

),

-- The cosine of two items, summed over what a user has: of each user's vector with all others' at once.
similar_users as (

    select
        mine.cut_key,
        mine.user_id,
        others.user_id as other_id,
        sum(mine.weight * others.weight / (norms.norm)) as product
    from weighed as mine
    inner join weighed as others
        on mine.cut_key = others.cut_key
        and mine.item_id = others.item_id
    inner join norms
        on mine.cut_key = norms.cut_key
        and mine.item_id = norms.item_id
    group by mine.cut_key, mine.user_id, others.user_id

),

scores as (

    select
        similar_users.cut_key,
        similar_users.user_id,
        weighed.item_id,
        sum(similar_users.product * weighed.weight / norms.norm) as score
    from similar_users
    inner join weighed
        on similar_users.cut_key = weighed.cut_key
        and similar_users.other_id = weighed.user_id
    inner join norms
        on weighed.cut_key = norms.cut_key
        and weighed.item_id = norms.item_id
    group by similar_users.cut_key, similar_users.user_id, weighed.item_id

)

select * from scores
where score > 0
