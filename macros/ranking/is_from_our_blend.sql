{#- Returns the condition that a row's score is made of the points of a blend, and not of one count of a
    baseline. -#}
{% macro is_from_our_blend(recommender) -%}
    ({{ recommender }} in ('also_bought', 'our_explore_list'))
{%- endmacro %}
