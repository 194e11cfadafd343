{#- Which evidence put a candidate where it is: the one that contributes most to its score. -#}
{% macro recommendation_strategy() -%}
    case
        when ranked_candidates.recommender like 'top_sellers%' then 'top_sellers'
        when ranked_candidates.recommender = 'own_frequency' then 'own_history'
        when ranked_candidates.own_history_points >= greatest(
            ranked_candidates.user_neighbours_points, ranked_candidates.item_neighbours_points
        ) and ranked_candidates.own_history_points > 0 then 'own_history'
        when ranked_candidates.item_neighbours_points > ranked_candidates.user_neighbours_points
            then 'item_neighbours'
        when ranked_candidates.user_neighbours_points > 0 then 'user_neighbours'
        else 'top_sellers'
    end
{%- endmacro %}
