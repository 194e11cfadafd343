{#- More different products than this, and a customer is no person buying for themselves. `items` has one
    row per customer and their item_count. The var also_bought__max_items_per_user, or else what the shop's
    own customers say: three times the quartile ratio above the upper quartile (Tukey's far outliers on a log
    scale, where such counts are bell-shaped; fewer than one person in 800,000 lies beyond), but never under
    1,000, so that a small shop excludes nobody. -#}
{% macro customer_item_limit(item_count) %}
    {{- adapter.dispatch('customer_item_limit', 'also_bought')(item_count) -}}
{% endmacro %}


{% macro default__customer_item_limit(item_count) %}
    {%- set limit = also_bought.setting('max_items_per_user') -%}
    {%- set lower = 'percentile_cont(0.25) within group (order by ' ~ item_count ~ ')' -%}
    {%- set upper = 'percentile_cont(0.75) within group (order by ' ~ item_count ~ ')' -%}
    {%- if limit is not none -%}
        max(cast({{ limit }} as {{ dbt.type_bigint() }}))
    {%- else -%}
        greatest(1000, cast(floor({{ upper }} * power({{ upper }} / {{ lower }}, 3)) as {{ dbt.type_bigint() }}))
    {%- endif -%}
{% endmacro %}


{#- An account that somebody has looked at, and whose many products are real. -#}
{% macro is_verified_account(account_type) -%}
    ({{ adapter.dispatch('is_verified_account', 'also_bought')(account_type) }})
{%- endmacro %}


{% macro default__is_verified_account(account_type) -%}
    {{ account_type }} = 'verified'
{%- endmacro %}
