{#- Returns the ways to rank the list beside an item, ours first, as {recommender: what it ranks by, in plain words}.
    The first baseline is published where nothing can be compared: it counts people, and says no more. -#}
{% macro item_list_recommenders() %}
    {%- set words = also_bought.recommender_words() -%}
    {%- set recommenders = {
        'also_bought': 'the cosine of the two items, in which buyers of few items count for more, times the root of the '
            ~ 'number of ' ~ words['top_sellers_recent'],
        'plain_cosine': 'the cosine of the two items, in which all buyers count alike',
        'category_top_sellers': words['top_sellers_recent'] ~ ', of items of the same category',
    } -%}
    {%- for window in also_bought.sales_windows() -%}
        {%- do recommenders.update({'top_sellers_' ~ window: words['top_sellers_' ~ window]}) -%}
    {%- endfor -%}
    {{ return(recommenders) }}
{% endmacro %}


{#- Returns the recommenders as rows, each with the top sellers that fill up what it leaves empty. -#}
{% macro item_list_recommender_rows() %}
    {%- for recommender in also_bought.item_list_recommenders() %}
    select
        '{{ recommender }}' as recommender,
        '{{ recommender if recommender.startswith('top_sellers_') else 'top_sellers_recent' }}' as filled_up_with
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
