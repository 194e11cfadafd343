{#- Whoever counts one user wrongly counts them all: so what is dear to count again is counted for some,
    always the same. They came back after the cut, so a leak of later orders changes their own. -#}

with list_users as (

    select * from {{ ref('also_bought', 'list_users') }}
    where {{ is_past() }}

),

purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

numbered_users as (

    select
        cut_key,
        user_key,
        row_number() over (
            partition by cut_key order by {{ dbt.hash('user_key') }}, user_key
        ) as user_number
    from list_users

),

sampled_users as (

    select
        cut_key,
        user_key
    from numbered_users
    where user_number <= 20

),

their_items as (

    select distinct
        purchases.cut_key,
        purchases.item_key
    from purchases
    inner join sampled_users
        on purchases.cut_key = sampled_users.cut_key
        and purchases.user_key = sampled_users.user_key

),

numbered_items as (

    select
        cut_key,
        item_key,
        row_number() over (
            partition by cut_key order by {{ dbt.hash('item_key') }}, item_key
        ) as item_number
    from their_items

),

sample_of_both as (

    select
        'user' as kind,
        cut_key,
        user_key as row_key
    from sampled_users
    union all
    select
        'item' as kind,
        cut_key,
        item_key as row_key
    from numbered_items
    where item_number <= 20

)

select * from sample_of_both
