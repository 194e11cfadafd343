with buyers as (

    select
        customer_id,
        min(ordered_at) as first_ordered_at
    from {{ ref('also_bought', 'order_lines') }}
    group by customer_id

),

users as (

    select
        customer_id as user_id,
        cast(
            row_number() over (
                order by {{ judged_first('first_ordered_at') }}{{ byte_order('customer_id') }}
            ) as {{ dbt.type_int() }}
        ) as user_key
    from buyers

)

select * from users
