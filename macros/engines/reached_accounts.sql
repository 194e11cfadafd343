{#- Returns the rows of the recursive `reached (customer_id, reached_customer_id)`: from each of `accounts`
    along its mergers. Every account stands there once, so that a circle ends too. -#}
{% macro reached_accounts() %}
    {{- adapter.dispatch('reached_accounts', 'also_bought')() -}}
{% endmacro %}


{% macro default__reached_accounts() %}
    select
        customer_id,
        customer_id as reached_customer_id
    from accounts
    union
    select
        reached.customer_id,
        accounts.merged_into_customer_id as reached_customer_id
    from reached
    inner join accounts on reached.reached_customer_id = accounts.customer_id
    where accounts.merged_into_customer_id is not null
{% endmacro %}


{#- Spark knows no recursive union that drops repetitions, so each row carries the way it came. -#}
{% macro spark__reached_accounts() %}
    select
        customer_id,
        customer_id as reached_customer_id,
        array(customer_id) as way
    from accounts
    union all
    select
        reached.customer_id,
        accounts.merged_into_customer_id as reached_customer_id,
        array_append(reached.way, accounts.merged_into_customer_id) as way
    from reached
    inner join accounts on reached.reached_customer_id = accounts.customer_id
    where not array_contains(reached.way, accounts.merged_into_customer_id)
{% endmacro %}
