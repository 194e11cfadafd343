{#- Returns what each list holds and what is said of it, one row each: the lists made for a user, from the rule `lists`,
    and the one that stands beside an item. -#}
{% macro list_definitions() %}
    {%- set rows = [] -%}
    {%- for list, definition in also_bought.lists().items() -%}
        {%- set has_seen = 'seen' in definition.holds -%}
        {%- set has_new = has_seen or 'new' in definition.holds -%}
        {%- set has_due = 'due' in definition.holds -%}
        {%- set has_bought = has_due or 'bought' in definition.holds -%}
        {%- do rows.append({
            'list': list,
            'is_for': 'user',
            'holds_new_items': has_new,
            'holds_bought_items': has_bought,
            'default_baseline': definition.baselines | first,
            'judged_users': 'users who bought something'
                ~ ('' if has_new and has_bought else ' new' if has_new else ' again')
                ~ (' that they had looked at' if has_seen else '')
                ~ (' that was due' if has_due else ''),
            'shortfall_reason': 'few'
                ~ ('' if has_new and has_bought else '_seen' if has_seen else '_new' if has_new
                    else '_due' if has_due else '_bought') ~ '_items_on_sale',
        }) -%}
    {%- endfor -%}
    {%- do rows.append({
        'list': 'with_item',
        'is_for': 'item',
        'holds_new_items': true,
        'holds_bought_items': true,
        'default_baseline': (also_bought.item_list_recommenders() | list)[1],
        'judged_users': 'users who bought several items',
        'shortfall_reason': 'few_items_on_sale',
    }) -%}
    {{ return(rows) }}
{% endmacro %}
