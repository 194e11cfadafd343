with neighbours as (

    select * from {{ ref('also_bought', 'user_neighbours_by_cut') }}
    where {{ is_production() }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

named as (

    select
        mine.user_id,
        theirs.user_id as neighbour_id,
        neighbours.rank,
        neighbours.similarity,
        neighbours.dot_product,
        neighbours.shared_items,
        neighbours.squared_norm,
        neighbours.neighbour_squared_norm
    from neighbours
    inner join users as mine on neighbours.user_key = mine.user_key
    inner join users as theirs on neighbours.neighbour_key = theirs.user_key

)

select * from named
