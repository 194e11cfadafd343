{#- Returns what each recommender ranks by, in plain words: {recommender: words}. -#}
{% macro recommender_words() %}
    {%- set words = {
        'also_bought': 'the signals, as the chosen blend of the list weighs them',
        'own_frequency': 'how often the user ordered the item',
        'our_explore_list': 'the list explore by its own blend, and after it what the user bought',
        'random': 'chance',
        'stranger': 'our list of another user',
        'oracle': 'what the user bought next',
    } -%}
    {%- for name, window in also_bought.sales_windows().items() -%}
        {%- do words.update({'top_sellers_' ~ name: 'orders of the item by anybody'
            ~ (' in the last ' ~ window.days ~ ' days' if window.days else '')}) -%}
    {%- endfor -%}
    {%- for signal in also_bought.personal_signals() -%}
        {%- do words.update({signal: 'the signal ' ~ signal ~ ' alone'}) -%}
    {%- endfor -%}
    {{ return(words) }}
{% endmacro %}
