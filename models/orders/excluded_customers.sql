{%- set model_name = setting('customers') -%}

{% if model_name is none %}

select cast(null as {{ dbt.type_string() }}) as customer_id
where 1 = 0

{% else %}
{%- do check_input_columns(model_name, ['customer_id', 'account_type']) -%}

with customers as (

    select * from {{ input_model(model_name) }}

)

select distinct cast(customer_id as {{ dbt.type_string() }}) as customer_id
from customers
where {{ is_excluded_account('account_type') }}

{% endif %}
