with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

bought_next as (

    select
        cuts.cut_key,
        user_item_orders.user_key,
        user_item_orders.item_key,
        min(cast(user_item_orders.ordered_at as date)) as bought_on
    from cuts
    inner join user_item_orders
        on {{ is_in_window_after_cut('user_item_orders.ordered_at', 'cuts') }}
    group by cuts.cut_key, user_item_orders.user_key, user_item_orders.item_key

),

next_days as (

    select
        *,
        min(bought_on) over (partition by cut_key, user_key) as next_bought_on
    from bought_next

)

select
    cut_key,
    user_key,
    item_key,
    bought_on = next_bought_on as is_in_next_basket
from next_days
