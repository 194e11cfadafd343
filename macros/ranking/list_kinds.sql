{#- Returns a query of what each list may hold, one row per list and kind of item: new to the user, or bought
    before. -#}
{% macro list_kinds() %}
    {%- for list, definition in also_bought.lists().items() %}
    {%- set is_last_list = loop.last %}
    {%- for kind in definition.holds %}
    select
        '{{ list }}' as list,
        {{ 'true' if kind == 'bought' else 'false' }} as is_bought
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}
