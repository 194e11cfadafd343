{#- The rows that will be published: per list the recommender that the verdict names. -#}

with ranked_candidates as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}
    where cut_key = 0 and rank <= {{ setting('recommendations_per_list') }}

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

published as (

    select
        ranked_candidates.user_key,
        ranked_candidates.list,
        ranked_candidates.recommender,
        ranked_candidates.rank,
        ranked_candidates.item_key,
        ranked_candidates.score,
        ranked_candidates.own_order_count,
        {%- for kind in evidence() %}
        ranked_candidates.{{ kind }}_points,
        {%- endfor %}
        {{ recommendation_strategy('ranked_candidates') }} as strategy
    from ranked_candidates
    inner join verdicts
        on ranked_candidates.list = verdicts.list
        and ranked_candidates.recommender = verdicts.published_recommender

)

select * from published
