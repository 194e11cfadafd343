with source as (

    select * from {{ source('raw', 'customers') }}

),

named as (

    select
        customer_id,
        account_type,
        merged_into_customer_id,
        is_erased = 'yes' as is_erased,
        has_consent = 'yes' as has_consent,
        -- A hash: nobody needs to read the address to see that two accounts share it.
        {{ dbt.hash("lower(" ~ also_bought.clean_text('email') ~ ")") }} as contact_hash

    from source

)

select * from named
