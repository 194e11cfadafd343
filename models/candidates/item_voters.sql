{#- A user's own items vote, for what goes with them. -#}

select
    cut_key,
    user_key,
    item_key as voter_key,
    vote_millionths as strength
from {{ ref('user_item_history') }}
