{#- The nearest items, without those that too few of the item's buyers bought. -#}

with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

nearest as (
    {{ neighbours_with_similarity(
        ref('also_bought', 'item_neighbours_' ~ neighbours_engine()),
        ref('also_bought', 'user_item_counts_by_cut'),
        row_key='item_key',
        weight='item_weight',
        shared_columns_name='shared_users',
        k=setting('neighbours_per_item')
    ) }}
),

buyers as (

    select
        cut_key,
        item_key,
        count(*) as buyer_count
    from history
    group by cut_key, item_key

),

shared_by_enough as (

    select
        nearest.cut_key,
        nearest.item_key,
        nearest.neighbour_key,
        cast(row_number() over (
            partition by nearest.cut_key, nearest.item_key
            order by nearest.rank asc
        ) as {{ dbt.type_int() }}) as rank,
        nearest.similarity,
        nearest.similarity_millionths,
        nearest.dot_product,
        nearest.shared_users,
        nearest.squared_norm,
        nearest.neighbour_squared_norm
    from nearest
    inner join buyers
        on nearest.cut_key = buyers.cut_key and nearest.item_key = buyers.item_key
    where {{ is_shared_by_enough('nearest.shared_users', 'buyers.buyer_count') }}

)

select * from shared_by_enough
