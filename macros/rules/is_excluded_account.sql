{% macro is_excluded_account(account_type) -%}
    ({{ adapter.dispatch('is_excluded_account', 'also_bought')(account_type) }})
{%- endmacro %}


{% macro default__is_excluded_account(account_type) -%}
    {{ account_type }} in ('test', 'guest', 'staff', 'till')
{%- endmacro %}
