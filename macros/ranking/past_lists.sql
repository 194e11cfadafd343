{#- Returns the query of all lists of past cuts, of users and beside items, one row per rank. -#}
{% macro past_lists() %}
    {%- for relation in ['ranked_candidates', 'ranked_item_lists'] %}
    select
        cut_key,
        user_key,
        list,
        recommender,
        rank,
        item_key
    from {{ ref('also_bought', relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
