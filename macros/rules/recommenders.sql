{#- The ways to rank a user's candidates: ours, and the baselines that it must beat.
    {list: {recommender: score, highest first}}; popularity and key break ties. The first baseline of a list
    is published where there is nothing to compare. `our_explore_list` is the list explore by its own blend,
    and after it what was bought. -#}
{% macro recommenders() %}
    {{ return(adapter.dispatch('recommenders', 'also_bought')()) }}
{% endmacro %}


{% macro default__recommenders() %}
    {%- set ours = [('also_bought', 'blended_score')] -%}
    {%- set own_frequency = [('own_frequency', 'own_order_count')] -%}
    {%- set our_explore_list = [('our_explore_list', 'blended_score')] -%}
    {%- set windows = also_bought.sales_windows() -%}
    {%- set top_sellers = [('top_sellers_recent', windows.recent.orders)] -%}
    {%- for name, window in windows.items() -%}
        {%- do top_sellers.append(('top_sellers_' ~ name, window.orders)) -%}
    {%- endfor -%}
    {{ return({
        'explore': dict(ours + top_sellers),
        'buy_again': dict(ours + own_frequency + top_sellers),
        'for_you': dict(ours + own_frequency + top_sellers + our_explore_list),
    }) }}
{% endmacro %}
