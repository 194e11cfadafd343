with source as (

    select * from {{ ref('also_bought', 'raw_customers') }}

),

named as (

    select
        {{ clean_id('customer_id') }} as customer_id,
        {{ clean_text('account_type') }} as account_type

    from source

)

select * from named
