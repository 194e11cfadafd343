{#- Returns the columns of the accounts, and those that they may also have. -#}
{% macro account_columns() %}
    {{ return({'customer_id': dbt.type_string(), 'account_type': dbt.type_string()}) }}
{% endmacro %}


{% macro optional_account_columns() %}
    {{ return({
        'merged_into_customer_id': dbt.type_string(),
        'is_erased': dbt.type_boolean(),
        'has_consent': dbt.type_boolean(),
        'contact_hash': dbt.type_string(),
    }) }}
{% endmacro %}


{#- Returns the query of the accounts. Their ids are cleaned as those of the lines are: a blank behind an id would
    keep the purchases of somebody who asked to be forgotten. An account may say of itself that it goes on. -#}
{% macro received_accounts(model_name) %}
    {{- return(adapter.dispatch('received_accounts', 'also_bought')(model_name)) -}}
{% endmacro %}


{% macro default__received_accounts(model_name) -%}
    select
        customer_id,
        account_type,
        nullif(merged_into_customer_id, customer_id) as merged_into_customer_id,
        is_erased,
        has_consent,
        contact_hash
    from (
        select
            {{ also_bought.clean_id('customer_id', null_words=[]) }} as customer_id,
            {{ also_bought.in_case('lower', also_bought.clean_text('account_type')) }} as account_type,
            {{ also_bought.clean_id('merged_into_customer_id') }} as merged_into_customer_id,
            is_erased,
            has_consent,
            contact_hash
        from (
            {{ also_bought.input_query(
                model_name, also_bought.account_columns(), also_bought.optional_account_columns()
            ) }}
        ) as typed_accounts
    ) as cleaned_accounts
    where customer_id is not null
{%- endmacro %}


{#- Spark cannot resolve a recursion over what `clean_id` makes of the ids: there the customers model yields them
    clean. -#}
{% macro spark__received_accounts(model_name) -%}
    {{ also_bought.input_query(model_name, also_bought.account_columns(), also_bought.optional_account_columns()) }}
{%- endmacro %}
