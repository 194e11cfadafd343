{#- Returns the order of every ranking of candidates: by score, then popularity, then key. -#}
{% macro ranking_order(score) -%}
    {{ score }} desc, recent_buyer_count desc, capped_order_count desc, item_key asc
{%- endmacro %}
