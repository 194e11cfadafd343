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
        'customer_group': dbt.type_string(),
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
        contact_hash,
        customer_group
    from (
        select
            {{ also_bought.clean_id('customer_id', null_words=[]) }} as customer_id,
            {{ also_bought.in_case('lower', also_bought.clean_text('account_type')) }} as account_type,
            {{ also_bought.clean_id('merged_into_customer_id') }} as merged_into_customer_id,
            is_erased,
            has_consent,
            contact_hash,
            {{ also_bought.clean_text('customer_group') }} as customer_group
        from (
            {{ also_bought.input_query(
                model_name, also_bought.account_columns(), also_bought.optional_account_columns()
            ) }}
        ) as typed_accounts
    ) as cleaned_accounts
    where customer_id is not null
{%- endmacro %}


{#- Beside what the shop says: whom `also-bought forget` has written down, whatever comes in later. Their ids are
    read from the file each time, because the text of a view lies in the build database. -#}
{% macro duckdb__received_accounts(model_name) -%}
    {%- set file = also_bought.text_literal(also_bought.setting('erased_customers') or 'erased_customers.csv') -%}
    {%- if not execute or not run_query('select file from glob(' ~ file ~ ')').rows -%}
        {{- return(also_bought.default__received_accounts(model_name)) -}}
    {%- endif -%}
    select
        coalesce(received.customer_id, erased.customer_id) as customer_id,
        received.account_type,
        received.merged_into_customer_id,
        coalesce(received.is_erased, false) or erased.customer_id is not null as is_erased,
        received.has_consent,
        received.contact_hash,
        received.customer_group
    from ({{ also_bought.default__received_accounts(model_name) }}) as received
    full join (
        select distinct {{ also_bought.clean_id('customer_id', null_words=[]) }} as customer_id
        from read_csv({{ file }}, header = true, all_varchar = true, delim = ',', quote = '"')
    ) as erased on received.customer_id = erased.customer_id
{%- endmacro %}


{#- Spark cannot resolve a recursion over what `clean_id` makes of the ids: there the customers model yields them
    clean. -#}
{% macro spark__received_accounts(model_name) -%}
    {{ also_bought.input_query(model_name, also_bought.account_columns(), also_bought.optional_account_columns()) }}
{%- endmacro %}
