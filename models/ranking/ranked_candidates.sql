{#- The cut that is reported alone: those before it have chosen the blends, and their figures would flatter
    them. Production is ranked once it is known by whom, in published_ranking. -#}

with reported_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where {{ is_reported() }}

),

chosen_blends as (

    select * from {{ ref('also_bought', 'chosen_blends') }}

),

recommenders as (
    {{ recommender_rows() }}
),

{{ ranked_lists('reported_candidates', 'chosen_blends', 'recommenders', longest_list()) }}

select
    cut_key,
    user_key,
    list,
    recommender,
    cast(rank as {{ dbt.type_int() }}) as rank,
    item_key,
    is_bought,
    score
from ranked
where rank <= {{ longest_list() }}
