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


{% macro is_verified_account(account_type) -%}
    ({{ adapter.dispatch('is_verified_account', 'also_bought')(account_type) }})
{%- endmacro %}


{% macro default__is_verified_account(account_type) -%}
    {{ account_type }} = 'verified'
{%- endmacro %}
