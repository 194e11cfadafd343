{#- Similar users vote, with what they bought. -#}

select
    cut_key,
    user_key,
    neighbour_key as voter_key,
    similarity_millionths as strength
from {{ ref('user_neighbours_by_cut') }}
