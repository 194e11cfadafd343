{#- The lists that are made for each user: {list: {holds: the kinds of items, baselines: what it must beat}}. The
    first baseline is published where nothing can be compared. Any baseline of `baseline_scores` will do, and
    `our_explore_list`: the list explore by its own blend, and after it what was bought. -#}
{% macro lists() %}
    {{ return(adapter.dispatch('lists', 'also_bought')()) }}
{% endmacro %}


{% macro default__lists() %}
    {%- set top_sellers = [
        'top_sellers_recent', 'top_sellers_week', 'top_sellers_fortnight', 'top_sellers_all_time'
    ] -%}
    {{ return({
        'explore': {'holds': ['new'], 'baselines': top_sellers},
        'buy_again': {'holds': ['bought'], 'baselines': ['own_frequency'] + top_sellers},
        'for_you': {
            'holds': ['new', 'bought'], 'baselines': ['own_frequency'] + top_sellers + ['our_explore_list']
        },
    }) }}
{% endmacro %}
