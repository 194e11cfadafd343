with accounts as (

    select * from {{ ref('customer_accounts') }}

),

over_limit as (

    select customer_id from {{ ref('customers_over_item_limit') }}

),

reasons as (

    select
        merged_customer_id as customer_id,
        'customer_without_consent' as reason
    from accounts
    where not has_consent and not is_erased
    union all
    select
        merged_customer_id as customer_id,
        'customer_excluded' as reason
    from accounts
    where {{ is_excluded_account('account_type') }} and not is_erased
    union all
    select
        customer_id,
        'customer_over_item_limit' as reason
    from over_limit

),

-- Of several reasons the one that nobody can overrule: consent, then the account, then the count.
excluded as (

    select
        customer_id,
        max(reason) as reason
    from reasons
    group by customer_id

)

select * from excluded
