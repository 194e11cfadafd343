with accounts as (

    select * from {{ ref('customer_accounts') }}

),

over_limit as (

    select customer_id from {{ ref('customers_over_item_limit') }}

),

reasons as (

    select
        merged_customer_id as customer_id,
        'customer_without_consent' as reason,
        1 as reason_rank
    from accounts
    where not has_consent and not is_erased
    union all
    select
        merged_customer_id as customer_id,
        'customer_excluded' as reason,
        3 as reason_rank
    from accounts
    where {{ is_excluded_account('account_type') }} and not is_erased
    union all
    select
        customer_id,
        'customer_over_item_limit' as reason,
        2 as reason_rank
    from over_limit

),

-- Of several reasons the first in the order of the rule `line_faults`.
ranked as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by reason_rank asc
        ) as place
    from reasons

)

select
    customer_id,
    reason
from ranked
where place = 1
