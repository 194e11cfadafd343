{#- Production makes lists for everybody. A past cut makes them for users who came back afterwards: nothing
    else could be compared with what they bought. On the cuts that only choose the blends, a sample will do. -#}

with cuts as (

    select * from {{ built_cuts() }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

users_with_history as (

    select
        cuts.cut_key,
        user_item_orders.user_key,
        cuts.cut_at
    from cuts
    inner join user_item_orders on cuts.cut_at > user_item_orders.ordered_at
    group by cuts.cut_key, user_item_orders.user_key, cuts.cut_at

),

came_back as (

    select distinct
        cuts.cut_key,
        user_item_orders.user_key
    from cuts
    inner join user_item_orders
        on {{ is_in_window_after_cut('user_item_orders.ordered_at', 'cuts') }}

),

numbered as (

    select
        users_with_history.cut_key,
        users_with_history.user_key,
        row_number() over (
            partition by users_with_history.cut_key
            order by {{ dbt.hash('users_with_history.user_key') }}, users_with_history.user_key
        ) as rank
    from users_with_history
    left join came_back
        on users_with_history.cut_key = came_back.cut_key
        and users_with_history.user_key = came_back.user_key
    where {{ is_production('users_with_history') }} or came_back.user_key is not null

)

select
    cut_key,
    user_key
from numbered
where not ({{ is_trial() }}) or rank <= {{ setting('trial_users') }}
