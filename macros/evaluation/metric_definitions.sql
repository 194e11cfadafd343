{#- Returns what each metric means, one row each: those of users' lists, of a list's traits, and of all lists
    together. -#}
{% macro metric_definitions() %}
    {%- set words = {
        'coverage': {
            'metric_name': 'Coverage',
            'in_plain_words': 'The share of the items that could be recommended which stand on at least one list.',
            'may_be_concluded': 'Whether more of the catalogue is shown to somebody.',
            'may_not_be_concluded': 'That more is better: a list at random covers everything and helps nobody. It has no '
                ~ 'interval, being a figure of all lists together.',
        },
        'gini': {
            'metric_name': 'Gini coefficient',
            'in_plain_words': 'How unevenly the lists show the items: 0 if each were shown as often as any other, '
                ~ 'near 1 if all lists show the same few.',
            'may_be_concluded': 'Whether the lists push what is popular more than another recommender does.',
            'may_not_be_concluded': 'That the shop sells more evenly. It has no interval, being a figure of all lists '
                ~ 'together.',
        },
        'novelty': {
            'metric_name': 'Novelty',
            'in_plain_words': 'How rare the listed items are: the mean of log2(users / buyers of the item) over a '
                ~ 'list, then over users. 1 is an item that half of the users bought, 10 one that one in'
                ~ ' a thousand did.',
            'may_be_concluded': 'Whether lists show what fewer people know.',
            'may_not_be_concluded': 'That the items are new to this user, or wanted.',
        },
        'unavailable': {
            'metric_name': 'Unavailable items',
            'in_plain_words': 'The share of a past list whose items may not be sold today, at the end of the days '
                ~ 'that it was for; the mean over users.',
            'may_be_concluded': 'How fast lists grow stale, and whether one goes stale sooner than another.',
            'may_not_be_concluded': 'That unavailable items are published: what may not be sold today is on no list of '
                ~ 'today.',
        },
    } -%}
    {%- set rows = [] -%}
    {%- for metric, definition in (also_bought.ranking_metrics().items() | list) + (words.items() | list) -%}
        {%- do rows.append({
            'metric': metric,
            'metric_name': definition.metric_name,
            'in_plain_words': definition.in_plain_words,
            'may_be_concluded': definition.may_be_concluded,
            'may_not_be_concluded': definition.may_not_be_concluded,
        }) -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}
