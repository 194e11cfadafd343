select
    neighbours.cut_key,
    neighbours.item_key as voter_key,
    neighbours.neighbour_key as item_key,
    neighbours.similarity_millionths as strength
from {{ ref('also_bought', 'item_neighbours_by_cut') }} as neighbours
inner join {{ ref('also_bought', 'item_popularity') }} as popularity
    on neighbours.cut_key = popularity.cut_key
    and neighbours.neighbour_key = popularity.item_key
