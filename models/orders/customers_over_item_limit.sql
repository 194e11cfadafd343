with lines as (

    select * from {{ ref('also_bought', 'compared_order_lines') }}
    where fault is null and first_line_id is null

),

accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

items as (

    select
        customer_id,
        count(distinct product_id) as item_count,
        count(*) as line_count
    from lines
    group by customer_id

),

limits as (

    select {{ customer_item_limit('item_count') }} as item_limit
    from items

),

over_limit as (

    select
        items.customer_id,
        items.item_count,
        items.line_count,
        limits.item_limit
    from items
    cross join limits
    left join accounts on items.customer_id = accounts.customer_id
    where
        items.item_count > limits.item_limit
        and not coalesce({{ is_verified_account('accounts.account_type') }}, false)

)

select * from over_limit
