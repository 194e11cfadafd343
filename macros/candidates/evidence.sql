{#- Returns what may speak for an item, and the signals that a blend weighs for it: {evidence: signals}. The
    evidence names reasons and strategies; of equal contributions the earlier one names the row. -#}
{% macro evidence() %}
    {%- set evidence = {
        'own_history': ['own_history'],
        'user_neighbours': ['user_neighbours'],
        'item_neighbours': ['item_neighbours'],
        'item_regression': ['item_regression'],
    } -%}
    {%- for signal in also_bought.setting('signals') -%}
        {%- do evidence.update({signal: [signal]}) -%}
    {%- endfor -%}
    {%- do evidence.update({
        'top_sellers': also_bought.sales_windows().values() | map(attribute='signal') | list
    }) -%}
    {{ return(evidence) }}
{% endmacro %}
