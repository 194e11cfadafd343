{#- Returns the first items of each list, as each recommender ranks them, as the CTEs of a query that ends in
    `ranked`. It takes relations: `candidates` as scaled_candidates has them, `blends` with one blend a list,
    and `recommenders` as `recommender_rows` has them. Evaluation and production both rank by this. -#}
{% macro ranked_lists(candidates, blends, recommenders, length) %}
{%- set scores = [] -%}
{%- for of_list in also_bought.recommenders().values() -%}
    {%- do scores.extend(of_list.values() | map(attribute='ranks_by')) -%}
{%- endfor -%}

scored as (

    select
        candidates.cut_key,
        candidates.user_key,
        candidates.item_key,
        candidates.is_bought,
        candidates.recent_buyer_count,
        candidates.capped_order_count,
        recommenders.list,
        recommenders.recommender,
        recommenders.scored_list,
        case recommenders.ranks_by
            when 'blended_score' then {{ also_bought.weighted_sum(also_bought.signals(), 'blends', 'candidates') }}
            {%- for score in scores | unique | reject('equalto', 'blended_score') %}
            when '{{ score }}' then candidates.{{ score }}
            {%- endfor %}
        end as score
    from {{ candidates }} as candidates
    inner join {{ recommenders }} as recommenders on candidates.list = recommenders.scored_list
    inner join {{ blends }} as blends on candidates.list = blends.list

),

first_of_each_kind as (
    {{ also_bought.first_items(
        'scored', 'cut_key, user_key, list, recommender, scored_list, is_bought', 'score', length
    ) }}
),

-- Our list explore in the place of another list: what the user bought comes after all that is new.
ranked as (
    {{ also_bought.list_ranks(
        'first_of_each_kind', 'cut_key, user_key, list, recommender',
        "case when is_bought and recommender = 'our_explore_list' then 1 else 0 end, "
        ~ also_bought.ranking_order('score')
    ) }}
)
{% endmacro %}
