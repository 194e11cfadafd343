{#- Per list the recommender that the verdict names, and no other, ranks everybody's candidates. -#}
{{ config(post_hook="{{ also_bought.insert_other_slices(ref('also_bought', 'users')) }}") }}
{%- set ranks = ranks_before_rules() -%}

with production_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where {{ is_production() }} and {{ user_slices(ref('also_bought', 'users')) | first }}

),

chosen_blends as (

    select * from {{ ref('also_bought', 'chosen_blends') }}

),

published_recommenders as (
    {{ published_recommender_rows() }}
),

{{ ranked_lists('production_candidates', 'chosen_blends', 'published_recommenders', ranks) }}

select
    user_key,
    list,
    recommender,
    scored_list,
    cast(rank as {{ dbt.type_int() }}) as rank,
    item_key,
    score
from ranked
where rank <= {{ ranks }}
