{#- What one neighbour's purchase of an item says for recommending it. -#}
{% macro neighbour_vote(similarity, decayed_order_count) %}
    {{- adapter.dispatch('neighbour_vote', 'also_bought')(similarity, decayed_order_count) -}}
{% endmacro %}


{% macro default__neighbour_vote(similarity, decayed_order_count) -%}
    {{ similarity }} * least(1.0, {{ decayed_order_count }})
{%- endmacro %}
