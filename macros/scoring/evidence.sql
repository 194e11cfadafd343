{#- What may speak for an item, and the signals that a blend weighs for it: {evidence: signals}. The evidence
    names reasons and strategies; of equal contributions the earlier one names the row. -#}
{% macro evidence() %}
    {{ return({
        'own_history': ['own_history'],
        'user_neighbours': ['user_neighbours'],
        'item_neighbours': ['item_neighbours'],
        'item_regression': ['item_regression'],
        'top_sellers': ['sold_in_week', 'sold_in_fortnight', 'sold_recently', 'sold_ever'],
    }) }}
{% endmacro %}
