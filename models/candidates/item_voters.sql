{#- A user's own items vote, those of the latest orders most, for what goes with them. -#}

select
    history.cut_key,
    history.user_key,
    history.item_key as voter_key,
    history.profile_millionths as strength
from {{ ref('also_bought', 'user_item_history') }} as history
inner join {{ ref('also_bought', 'list_users') }} as list_users
    on history.cut_key = list_users.cut_key
    and history.user_key = list_users.user_key
