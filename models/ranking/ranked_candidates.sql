{#- The cut that is reported alone: those before it have chosen the blends, and their figures would flatter
    them. Production is ranked once it is known by whom, in published_ranking. -#}
{{ config(post_hook="{{ also_bought.insert_other_slices(ref('also_bought', 'users')) }}") }}

with reported_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where {{ is_reported() }} and {{ user_slices(ref('also_bought', 'users')) | first }}

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
