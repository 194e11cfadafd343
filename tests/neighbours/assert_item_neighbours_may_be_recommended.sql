-- At every cut, or lists and votes would be shorter than they need to be.
select
    neighbours.cut_key,
    neighbours.item_key,
    neighbours.neighbour_key
from {{ ref('also_bought', 'item_neighbours_by_cut') }} as neighbours
left join {{ ref('also_bought', 'eligible_items') }} as eligible_items
    on neighbours.cut_key = eligible_items.cut_key
    and neighbours.neighbour_key = eligible_items.item_key
where eligible_items.item_key is null
