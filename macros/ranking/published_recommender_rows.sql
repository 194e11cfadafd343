{#- Returns a query of the recommender that each list publishes, a row per list that it scores by, as `recommender_rows`
    has them. -#}
{% macro published_recommender_rows() %}
    select recommenders.*
    from ({{ also_bought.recommender_rows() }}) as recommenders
    inner join {{ ref('also_bought', 'recommendation_verdicts') }} as verdicts
        on recommenders.list = verdicts.list
        and recommenders.recommender = verdicts.published_recommender
{% endmacro %}
