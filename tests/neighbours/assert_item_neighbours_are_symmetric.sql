-- Of two items that may be shown, each is the other's neighbour on the same evidence, bit for bit, if at all.
select
    mine.item_id,
    mine.neighbour_id,
    mine.similarity,
    theirs.similarity as similarity_in_return
from {{ ref('also_bought', 'item_neighbours') }} as mine
inner join {{ ref('also_bought', 'item_neighbours') }} as theirs
    on mine.item_id = theirs.neighbour_id
    and mine.neighbour_id = theirs.item_id
where
    mine.similarity <> theirs.similarity
    or mine.dot_product <> theirs.dot_product
