{#- A view, so that the ids of people who asked to be forgotten are in no table of ours. -#}
{{ config(
    materialized='view',
    post_hook="{{ also_bought.check_accounts(also_bought.setting('customers'), this) }}"
) }}

{%- set model_name = setting('customers') -%}

{% if model_name is none %}

select
    cast(null as {{ dbt.type_string() }}) as customer_id,
    cast(null as {{ dbt.type_string() }}) as merged_customer_id,
    cast(null as {{ dbt.type_string() }}) as account_type,
    cast(null as {{ dbt.type_boolean() }}) as is_erased,
    cast(null as {{ dbt.type_boolean() }}) as has_consent,
    cast(null as {{ dbt.type_string() }}) as contact_hash,
    cast(null as {{ dbt.type_string() }}) as customer_group
where 1 = 0

{% else %}
{%- do check_input_columns(
    model_name, account_columns() | list, 'customers', optional_account_columns() | list
) -%}

with recursive accounts as (
    {{ received_accounts(model_name) }}
),

reached as (
    {{ reached_accounts() }}
),

ends as (

    select
        reached.customer_id,
        min(reached.reached_customer_id) as merged_customer_id
    from reached
    left join accounts
        on reached.reached_customer_id = accounts.customer_id
        and accounts.merged_into_customer_id is not null
    where accounts.customer_id is null
    group by reached.customer_id

),

-- One person: what one of the accounts says about forgetting and consent holds for all of them.
people as (

    select
        ends.merged_customer_id,
        max(case when accounts.is_erased then 1 else 0 end) = 1 as is_erased,
        max(case when accounts.has_consent = false then 1 else 0 end) = 0 as has_consent
    from ends
    inner join accounts on ends.customer_id = accounts.customer_id
    group by ends.merged_customer_id

),

described as (

    select
        ends.customer_id,
        ends.merged_customer_id,
        merged_accounts.account_type,
        people.is_erased,
        people.has_consent,
        accounts.contact_hash,
        merged_accounts.customer_group
    from ends
    inner join accounts on ends.customer_id = accounts.customer_id
    inner join people on ends.merged_customer_id = people.merged_customer_id
    left join accounts as merged_accounts on ends.merged_customer_id = merged_accounts.customer_id

)

select * from described

{% endif %}
