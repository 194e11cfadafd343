{#- Returns a query of what each list, of users if not said otherwise, may hold, one row per list and kind of item:
    new to the user, or bought before, or marked: of the new ones those that the user has seen, of the bought ones those
    that are due. -#}
{% macro list_kinds(lists=none) %}
    {%- for list, definition in (lists or also_bought.lists()).items() %}
    {%- set is_last_list = loop.last %}
    {%- for kind in definition.holds %}
    select
        '{{ list }}' as list,
        '{{ kind }}' as kind,
        {{ 'true' if kind in ('bought', 'due') else 'false' }} as is_bought
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}


{#- Returns the kinds that an input or a switch marks among the others: {kind: the model and its signal above 0}. -#}
{% macro marked_kinds() %}
    {%- set kinds = {} -%}
    {%- if also_bought.event_signals() -%}
        {%- do kinds.update({'seen': {'model': 'seen_items', 'signal': 'last_seen'}}) -%}
    {%- endif -%}
    {%- if also_bought.due_signals() -%}
        {%- do kinds.update({'due': {'model': 'repurchases_by_cut', 'signal': 'due_again'}}) -%}
    {%- endif -%}
    {{ return(kinds) }}
{% endmacro %}


{#- Returns the joins of what marks an item, to rows of a cut, a user and an item. -#}
{% macro joined_marks(rows) %}
    {%- for mark in also_bought.marked_kinds().values() %}
    left join {{ ref('also_bought', mark.model) }} as {{ mark.model }}
        on {{ rows }}.cut_key = {{ mark.model }}.cut_key
        and {{ rows }}.user_key = {{ mark.model }}.user_key
        and {{ rows }}.item_key = {{ mark.model }}.item_key
    {%- endfor %}
{% endmacro %}


{#- Returns the condition that a list may hold an item. `kinds` is as `list_kinds` has them; `is_bought` says what the item
    is to the user. The signals that mark it stand in `rows`, or in the tables of `joined_marks`. -#}
{% macro is_held_by_list(kinds, is_bought, rows=none) -%}
    {{ is_bought }} = {{ kinds }}.is_bought
    {%- for kind, mark in also_bought.marked_kinds().items() %}
    and ({{ kinds }}.kind <> '{{ kind }}' or {{ rows or mark.model }}.{{ mark.signal }} > 0)
    {%- endfor %}
{%- endmacro %}


{#- Returns the names of the lists that hold one of some kinds of items, or of those that hold none, as literals for a
    condition. -#}
{% macro list_names(kinds, holding=true) -%}
    {%- set names = ["''"] -%}
    {%- for list, definition in also_bought.lists().items()
        if (definition.holds | select('in', kinds) | list | length > 0) == holding -%}
        {%- do names.append("'" ~ list ~ "'") -%}
    {%- endfor -%}
    {{ names | join(', ') }}
{%- endmacro %}
