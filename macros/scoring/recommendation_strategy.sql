{#- Which evidence put a row where it is: the signal that contributes most to its score. A baseline has one. -#}
{% macro recommendation_strategy(ranked) -%}
    case
        when {{ ranked }}.recommender = 'own_frequency' and {{ ranked }}.own_order_count > 0 then 'own_history'
        when {{ ranked }}.recommender <> 'also_bought' then 'top_sellers'
        when {{ ranked }}.score = 0 then 'top_sellers'
        when {{ ranked }}.own_history_points >= greatest(
            {{ ranked }}.user_neighbours_points,
            {{ ranked }}.item_neighbours_points,
            {{ ranked }}.item_regression_points,
            {{ ranked }}.trend_points
        ) then 'own_history'
        when {{ ranked }}.user_neighbours_points >= greatest(
            {{ ranked }}.item_neighbours_points,
            {{ ranked }}.item_regression_points,
            {{ ranked }}.trend_points
        ) then 'user_neighbours'
        when {{ ranked }}.item_neighbours_points >= greatest(
            {{ ranked }}.item_regression_points, {{ ranked }}.trend_points
        ) then 'item_neighbours'
        when {{ ranked }}.item_regression_points >= {{ ranked }}.trend_points then 'item_regression'
        else 'top_sellers'
    end
{%- endmacro %}
