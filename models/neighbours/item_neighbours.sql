with neighbours as (

    select * from {{ ref('also_bought', 'item_neighbours_by_cut') }}
    where {{ is_production() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

named as (

    select
        mine.item_id,
        theirs.item_id as neighbour_id,
        neighbours.rank,
        neighbours.similarity,
        neighbours.dot_product,
        neighbours.shared_users,
        neighbours.squared_norm,
        neighbours.neighbour_squared_norm
    from neighbours
    inner join items as mine on neighbours.item_key = mine.item_key
    inner join items as theirs on neighbours.neighbour_key = theirs.item_key

)

select * from named
