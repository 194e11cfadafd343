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
