{% macro is_eligible(items, judged_at, is_production) -%}
    ({{ adapter.dispatch('is_eligible', 'also_bought')(items, judged_at, is_production) }})
{%- endmacro %}


{% macro default__is_eligible(items, judged_at, is_production) -%}
    ({{ items }}.launched_on is null or {{ items }}.launched_on <= {{ judged_at }})
    and (
        {{ items }}.discontinued_on is null
        or {{ items }}.discontinued_on > {{ judged_at }}
        or {{ items }}.discontinued_on < {{ items }}.launched_on
    )
    and (not {{ is_production }} or ({{ items }}.is_in_stock and not {{ items }}.is_blocked))
{%- endmacro %}
