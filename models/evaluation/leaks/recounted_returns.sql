{#- What users had had by a past cut, and of which they had kept nothing: what `returned_items` should say.
    -#}

with cuts as (

    select * from {{ built_cuts() }}
    where {{ is_past() }}

),

user_item_returns as (

    select * from {{ ref('also_bought', 'user_item_returns') }}

),

purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

given_back as (

    select
        cuts.cut_key,
        user_item_returns.user_key,
        user_item_returns.item_key
    from user_item_returns
    inner join cuts on user_item_returns.first_known_at < cuts.cut_at
    left join purchases
        on cuts.cut_key = purchases.cut_key
        and user_item_returns.user_key = purchases.user_key
        and user_item_returns.item_key = purchases.item_key
    where purchases.item_key is null

)

select * from given_back
