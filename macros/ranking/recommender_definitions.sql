{#- Returns who is measured on each list, one row per list and recommender: ours, its baselines, chance and
    the controls. -#}
{% macro recommender_definitions() %}
    {%- set words = also_bought.recommender_words() -%}
    {%- set words_of_lists = {} -%}
    {%- for list, of_list in also_bought.recommenders().items() -%}
        {%- set words_of_list = {} -%}
        {%- for recommender in of_list -%}
            {%- do words_of_list.update({recommender: words[recommender]}) -%}
        {%- endfor -%}
        {%- do words_of_lists.update({list: words_of_list}) -%}
    {%- endfor -%}
    {%- do words_of_lists.update({'with_item': also_bought.item_list_recommenders()}) -%}
    {%- set others = {'random': 'chance', 'stranger': 'control', 'oracle': 'control'} -%}
    {%- set rows = [] -%}
    {%- for list, words_of_list in words_of_lists.items() -%}
        {%- for recommender in words_of_list | list + others | list -%}
            {%- do rows.append({
                'list': list,
                'recommender': recommender,
                'role': others.get(recommender, 'ours' if recommender == 'also_bought' else 'baseline'),
                'ranks_by': words_of_list.get(recommender, words[recommender]),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}


{#- Returns what each recommender ranks by, in plain words: {recommender: words}. -#}
{% macro recommender_words() %}
    {%- set words = {
        'also_bought': 'the signals, as the chosen blend of the list weighs them',
        'own_frequency': 'how often the user ordered the item',
        'our_explore_list': 'the list explore by its own blend, and after it what the user bought',
        'random': 'chance',
        'stranger': 'our list of another user, or beside what another gave',
        'oracle': 'what the user bought next',
    } -%}
    {%- for name, window in also_bought.sales_windows().items() -%}
        {%- do words.update({'top_sellers_' ~ name:
            'customers who bought the item in the last ' ~ window.days ~ ' days' if window.days
            else 'orders of the item by anybody, a few of each customer'
        }) -%}
    {%- endfor -%}
    {%- do words.update(also_bought.our_personal_signals()) -%}
    {%- for signal, definition in also_bought.setting('signals').items() -%}
        {%- do words.update({signal: definition.reason}) -%}
    {%- endfor -%}
    {{ return(words) }}
{% endmacro %}
