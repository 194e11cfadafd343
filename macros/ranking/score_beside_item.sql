{#- Returns how much a neighbour speaks for itself beside an item. The cosine divides by the root of how many buyers the
    neighbour has, so that what few buy stands high; its buyers of late give that back, and ask whether it still sells. -#}
{% macro score_beside_item(similarity, recent_buyer_count) -%}
    {{ similarity }} * sqrt(cast({{ recent_buyer_count }} + 1 as {{ also_bought.type_double() }}))
{%- endmacro %}
