{#- How much is known about a user, by the number of different items bought before the cut. A list may help
    regulars and fail newcomers; a mean over all hides it. -#}
{% macro history_segment(bought_items) %}
    {{- adapter.dispatch('history_segment', 'also_bought')(bought_items) -}}
{% endmacro %}


{% macro default__history_segment(bought_items) -%}
    case
        when {{ bought_items }} < 5 then 'under 5 items'
        when {{ bought_items }} < 20 then '5 to 19 items'
        else '20 items and more'
    end
{%- endmacro %}
