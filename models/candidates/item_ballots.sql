{#- The nearest items are those that may be recommended at the cut. -#}

select
    cut_key,
    item_key as voter_key,
    neighbour_key as item_key,
    similarity_millionths as strength
from {{ ref('also_bought', 'item_neighbours_by_cut') }}
