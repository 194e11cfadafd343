{#- Whether it came back before a cut or after it is all one: at the cut the user had it, or had had it. -#}

with cuts as (

    select * from {{ built_cuts() }}

),

user_item_returns as (

    select * from {{ ref('also_bought', 'user_item_returns') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

returned_items as (

    select
        cuts.cut_key,
        user_item_returns.user_key,
        user_item_returns.item_key
    from user_item_returns
    -- Production knows all of them, also those after the last order that was kept.
    inner join cuts on {{ is_production('cuts') }} or user_item_returns.first_known_at < cuts.cut_at
    left join history
        on cuts.cut_key = history.cut_key
        and user_item_returns.user_key = history.user_key
        and user_item_returns.item_key = history.item_key
    where history.item_key is null

)

select * from returned_items
