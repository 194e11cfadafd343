with buyers as (

    select distinct customer_id from {{ ref('also_bought', 'order_lines') }}

),

users as (

    select
        customer_id as user_id,
        cast(
            row_number() over (order by {{ byte_order('customer_id') }}) as {{ dbt.type_int() }}
        ) as user_key
    from buyers

)

select * from users
