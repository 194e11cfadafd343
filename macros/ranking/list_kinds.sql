{#- Returns a query of what each list, of users if not said otherwise, may hold, one row per list and kind of item:
    new to the user, or bought before. With events a list may be of new items that the user has seen. -#}
{% macro list_kinds(lists=none) %}
    {%- for list, definition in (lists or also_bought.lists()).items() %}
    {%- set is_last_list = loop.last %}
    {%- for kind in definition.holds %}
    select
        '{{ list }}' as list,
        {%- if also_bought.event_signals() %}
        {{ 'true' if kind == 'seen' else 'false' }} as is_of_seen_items,
        {%- endif %}
        {{ 'true' if kind == 'bought' else 'false' }} as is_bought
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}


{#- Returns the condition that a list may hold an item. `kinds` is as `list_kinds` has them; `is_bought` and `is_seen`
    say what the item is to the user. -#}
{% macro is_held_by_list(kinds, is_bought, is_seen) -%}
    {{ is_bought }} = {{ kinds }}.is_bought
    {%- if also_bought.event_signals() %} and ({{ is_seen }} or not {{ kinds }}.is_of_seen_items){% endif %}
{%- endmacro %}


{#- Returns the names of the lists that hold a kind of item, or of those that do not, as literals for a condition. -#}
{% macro list_names(kind, holding=true) -%}
    {%- set names = ["''"] -%}
    {%- for list, definition in also_bought.lists().items() if (kind in definition.holds) == holding -%}
        {%- do names.append("'" ~ list ~ "'") -%}
    {%- endfor -%}
    {{ names | join(', ') }}
{%- endmacro %}
