{#- The lists of today, once the merchandising rules in force have placed their rows. -#}
{{ config(enabled=setting('merchandising_rules') is not none) }}

with ranking as (

    select
        *,
        'today' as rule_set,
        0 as cut_key
    from {{ ref('also_bought', 'published_ranking') }}

),

rule_items as (

    select
        *,
        'today' as rule_set
    from {{ ref('also_bought', 'merchandised_items') }}
    where is_in_force

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

list_kinds as (
    {{ list_kinds() }}
),

published_recommenders as (
    {{ published_recommender_rows() }}
),

published_list_names as (

    select distinct list from published_recommenders

),

cut_users as (

    select
        list_users.cut_key,
        list_users.user_key,
        published_list_names.list
    from {{ ref('also_bought', 'list_users') }} as list_users
    cross join published_list_names
    where {{ is_production('list_users') }}

),

{{ applied_pins() }},

{{ placed_lists('ranking', 'rule_items', 'applied_pins', setting('recommendations_per_list')) }},

-- Our explore list in another's place scores by the list that holds the item.
pinned_rows as (

    select
        applied_pins.*,
        published_recommenders.recommender,
        published_recommenders.scored_list
    from applied_pins
    inner join published_recommenders on applied_pins.list = published_recommenders.list
    inner join list_kinds
        on published_recommenders.scored_list = list_kinds.list
        and applied_pins.is_bought = list_kinds.is_bought

)

select
    placed.user_key,
    placed.list,
    coalesce(ranking.recommender, pinned_rows.recommender) as recommender,
    coalesce(ranking.scored_list, pinned_rows.scored_list) as scored_list,
    cast(placed.rank as {{ dbt.type_int() }}) as rank,
    placed.item_key,
    coalesce(ranking.score, 0) as score,
    placed.is_placed,
    not coalesce(pinned_rows.is_bought, true) as is_pinned_as_new
from placed
left join ranking
    on placed.user_key = ranking.user_key
    and placed.list = ranking.list
    and placed.item_key = ranking.item_key
left join pinned_rows
    on placed.user_key = pinned_rows.user_key
    and placed.list = pinned_rows.list
    and placed.item_key = pinned_rows.item_key
where placed.rank <= {{ setting('recommendations_per_list') }}
