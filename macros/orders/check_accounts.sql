{#- Stops where the accounts do not lead every customer to one person: two rows of one account, or accounts
    merged in a circle. Runs after customer_accounts, which has every account but those in circles. Names
    nobody: dbt keeps the message in its logs. -#}
{% macro check_accounts(model_name, accounts) %}
    {%- if model_name is not none -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- set received = also_bought.received_accounts(model_name) -%}
        {%- set where = relation.render() ~ ', named by the var also_bought__customers' -%}
        {%- do also_bought.stop_where(
            "select 'The customers have more than one row for ' || count(*) || ' accounts.'
            from (
                select customer_id from (" ~ received ~ ") as customers
                group by customer_id
                having count(*) > 1
            ) as repeated
            having count(*) > 0",
            relation, where, 'keep one row per customer_id in the model; group it by customer_id to see which.'
        ) -%}
        {%- do also_bought.stop_where(
            "select count(*) || ' accounts are merged in a circle, or into one.'
            from (" ~ received ~ ") as customers
            left join " ~ accounts ~ " as accounts on customers.customer_id = accounts.customer_id
            where accounts.customer_id is null
            having count(*) > 0",
            relation, where,
            'let merged_into_customer_id of the account that goes on be empty; '
            ~ accounts.identifier ~ ' has every account but these.'
        ) -%}
    {%- endif -%}
{% endmacro %}
