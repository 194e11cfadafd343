{#- The ways to rank a user's candidates: ours, and the baselines that it must beat.
    {list: {recommender: score, highest first}}; popularity and key break ties. The first baseline of a list
    is published where there is nothing to compare. -#}
{% macro recommenders() %}
    {{ return(adapter.dispatch('recommenders', 'also_bought')()) }}
{% endmacro %}


{% macro default__recommenders() %}
    {{ return({
        'explore': {
            'also_bought': 'blended_score',
            'top_sellers_recent': 'recent_order_count',
            'top_sellers_all_time': 'order_count',
        },
        'buy_again': {
            'also_bought': 'blended_score',
            'own_frequency': 'own_order_count',
            'top_sellers_recent': 'recent_order_count',
            'top_sellers_all_time': 'order_count',
        },
        'for_you': {
            'also_bought': 'blended_score',
            'own_frequency': 'own_order_count',
            'top_sellers_recent': 'recent_order_count',
            'top_sellers_all_time': 'order_count',
        },
    }) }}
{% endmacro %}
