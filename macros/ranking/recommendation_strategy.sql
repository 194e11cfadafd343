{#- Returns the evidence that contributes most to a row's score. A baseline has one. -#}
{% macro recommendation_strategy(ranked) -%}
    {%- set kinds = also_bought.evidence() | list -%}
    case
        when {{ ranked }}.score = 0 then 'top_sellers'
        when {{ ranked }}.recommender = 'own_frequency' then 'own_history'
        when {{ ranked }}.recommender in ('{{ kinds | join("', '") }}') then {{ ranked }}.recommender
        when not {{ also_bought.is_from_our_blend(ranked ~ '.recommender') }} then 'top_sellers'
        {%- for kind in kinds[:-1] %}
        when
            {%- for other in kinds[loop.index:] %}
            {{ ranked }}.{{ kind }}_points >= {{ ranked }}.{{ other }}_points{{ ' and' if not loop.last }}
            {%- endfor %}
            then '{{ kind }}'
        {%- endfor %}
        else '{{ kinds | last }}'
    end
{%- endmacro %}
