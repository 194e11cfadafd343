select
    history.cut_key,
    history.user_key as voter_key,
    history.item_key,
    history.vote_millionths as strength
from {{ ref('also_bought', 'user_item_history') }} as history
inner join {{ ref('also_bought', 'item_popularity') }} as popularity
    on history.cut_key = popularity.cut_key
    and history.item_key = popularity.item_key
