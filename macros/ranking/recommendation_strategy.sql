{#- Returns the evidence that contributes most to a row's score: top sellers where nothing else speaks for it. A
    baseline has one, and what a merchandising rule has placed says so. -#}
{% macro recommendation_strategy(ranked) -%}
    {%- set kinds = also_bought.evidence() | list -%}
    case
        {%- if also_bought.setting('merchandising_rules') %}
        when {{ ranked }}.is_placed then 'merchandising_rule'
        {%- endif %}
        when {{ ranked }}.recommender = 'own_frequency' and {{ ranked }}.score > 0 then 'own_history'
        when {{ ranked }}.recommender in ('{{ kinds | join("', '") }}') and {{ ranked }}.score > 0
            then {{ ranked }}.recommender
        when not {{ also_bought.is_from_our_blend(ranked ~ '.recommender') }} then 'top_sellers'
        {%- for kind in kinds[:-1] %}
        when
            {{ ranked }}.{{ kind }}_points > 0
            {%- for other in kinds[loop.index:] %}
            and {{ ranked }}.{{ kind }}_points >= {{ ranked }}.{{ other }}_points
            {%- endfor %}
            then '{{ kind }}'
        {%- endfor %}
        else '{{ kinds | last }}'
    end
{%- endmacro %}
