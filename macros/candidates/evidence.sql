{#- Returns what may speak for an item, and the signals that a blend weighs for it: {evidence: signals}. The
    evidence names reasons and strategies; of equal contributions the earlier one names the row. -#}
{% macro evidence() %}
    {%- set evidence = {} -%}
    {%- for signal in also_bought.our_personal_signals() | list + also_bought.setting('signals') | list -%}
        {%- do evidence.update({signal: [signal]}) -%}
    {%- endfor -%}
    {%- do evidence.update({
        'top_sellers': also_bought.sales_windows().values() | map(attribute='signal') | list
    }) -%}
    {{ return(evidence) }}
{% endmacro %}


{#- Returns the signals of this package that are about one user and one item, in words. Each is evidence by itself. -#}
{% macro our_personal_signals() %}
    {%- set words = {
        'own_history': "the user's own orders of the item, recent ones counting more",
        'user_neighbours': 'what similar users bought lately',
        'item_neighbours': "what goes with the user's own recent items",
        'item_regression': "what the user's own items predict, taken together",
    } -%}
    {%- for its_signals in also_bought.added_signals().values() -%}
        {%- do words.update(its_signals) -%}
    {%- endfor -%}
    {{ return(words) }}
{% endmacro %}


{#- Returns the reasons that neither count nor name anything: {evidence: the reason as a person would say it}. -#}
{% macro plain_reasons() %}
    {%- set reasons = {
        'top_sellers': 'a top seller',
        'last_seen': 'you looked at it lately',
        'seen_lately': 'you looked at it lately',
        'seen_often': 'you have looked at it often',
        'set_aside': 'you put it aside to buy it',
        'due_again': 'it is about time to buy it again',
        'merchandising_rule': 'the shop has placed this here',
    } -%}
    {%- for signal, definition in also_bought.setting('signals').items() -%}
        {%- do reasons.update({signal: definition.reason}) -%}
    {%- endfor -%}
    {{ return(reasons) }}
{% endmacro %}


{#- Returns what a row's strategy may be: what speaks for it, or the shop's own hand. -#}
{% macro strategies() %}
    {{ return(also_bought.evidence() | list + ['merchandising_rule']) }}
{% endmacro %}
