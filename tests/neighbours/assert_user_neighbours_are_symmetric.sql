-- Where two users are neighbours of each other, both rows carry the same evidence, bit for bit.
select
    mine.user_id,
    mine.neighbour_id,
    mine.similarity,
    theirs.similarity as similarity_in_return
from {{ ref('also_bought', 'user_neighbours') }} as mine
inner join {{ ref('also_bought', 'user_neighbours') }} as theirs
    on mine.user_id = theirs.neighbour_id
    and mine.neighbour_id = theirs.user_id
where
    mine.similarity <> theirs.similarity
    or mine.dot_product <> theirs.dot_product
