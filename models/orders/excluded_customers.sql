with accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

over_limit as (

    select customer_id from {{ ref('also_bought', 'customers_over_item_limit') }}

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

-- Of several reasons the first in the order of the rule `exclusions`.
ranked as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by
                case reason
                    {%- for reason in exclusions() %}
                    when '{{ reason }}' then {{ loop.index }}
                    {%- endfor %}
                end asc
        ) as place
    from reasons

)

select
    customer_id,
    reason
from ranked
where place = 1
