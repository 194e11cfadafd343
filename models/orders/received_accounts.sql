{#- A view, as customer_accounts is: the ids of people who asked to be forgotten are in no table of ours. -#}
{{ config(materialized='view') }}

{%- set model_name = setting('customers') -%}

{% if model_name is none %}

select
    cast(null as {{ dbt.type_string() }}) as customer_id,
    cast(null as {{ dbt.type_string() }}) as account_type,
    cast(null as {{ dbt.type_string() }}) as merged_into_customer_id,
    cast(null as {{ dbt.type_boolean() }}) as is_erased,
    cast(null as {{ dbt.type_boolean() }}) as has_consent,
    cast(null as {{ dbt.type_string() }}) as contact_hash
where 1 = 0

{% else %}
{%- do check_input_columns(
    model_name, account_columns() | list, 'customers', optional_account_columns() | list
) -%}

{{ received_accounts(model_name) }}

{% endif %}
