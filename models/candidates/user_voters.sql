{#- Similar users vote, with what they bought. -#}

select
    neighbours.cut_key,
    neighbours.user_key,
    neighbours.neighbour_key as voter_key,
    neighbours.similarity_millionths as strength
from {{ ref('also_bought', 'user_neighbours_by_cut') }} as neighbours
inner join {{ ref('also_bought', 'list_users') }} as list_users
    on neighbours.cut_key = list_users.cut_key
    and neighbours.user_key = list_users.user_key
