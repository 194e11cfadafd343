{#- What each list may hold, one row per list and kind of item: new to the user, or bought before. -#}
{% macro list_kinds() %}
    {{- adapter.dispatch('list_kinds', 'also_bought')() -}}
{% endmacro %}


{% macro default__list_kinds() %}
    select 'explore' as list, false as is_bought
    union all
    select 'buy_again' as list, true as is_bought
    union all
    select 'for_you' as list, false as is_bought
    union all
    select 'for_you' as list, true as is_bought
{% endmacro %}
