{#- Production's lists as our blend ranks them, whatever was published. Its inputs are private, so they are named by
    their tables, which are built before anything is recommended. -#}
-- depends_on: {{ ref('also_bought', 'user_recommendations') }}

with production_candidates as (

    select * from {{ target.schema }}_ranking.scaled_candidates
    where {{ also_bought.is_production() }}

),

chosen_blends as (

    select * from {{ target.schema }}_ranking.chosen_blends

),

recommenders as (
    {{ also_bought.recommender_rows() }}
),

ours as (

    select * from recommenders
    where recommender = 'also_bought'

),

{{ also_bought.ranked_lists('production_candidates', 'chosen_blends', 'ours', 20) }}

select
    users.user_id,
    items.item_id,
    ranked.list,
    ranked.rank
from ranked
inner join {{ target.schema }}_interactions.users as users on ranked.user_key = users.user_key
inner join {{ target.schema }}_interactions.items as items on ranked.item_key = items.item_key
