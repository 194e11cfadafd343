{#- The nearest items where every buyer counts alike, without those that too few of the item's buyers bought.
    A vector of ones is as long as the root of its buyers. -#}

with nearest as (
    {{ neighbours_with_similarity(
        ref('also_bought', 'plain_item_neighbours_' ~ neighbours_engine()),
        ref('also_bought', 'item_buyers'),
        row_key='item_key',
        weight='weight',
        shared_columns_name='shared_users',
        k=setting('neighbours_per_item')
    ) }}
),

shared_by_enough as (

    select
        cut_key,
        item_key,
        neighbour_key,
        cast(row_number() over (
            partition by cut_key, item_key order by rank asc
        ) as {{ dbt.type_int() }}) as rank,
        similarity,
        similarity_millionths,
        dot_product,
        shared_users,
        squared_norm,
        neighbour_squared_norm
    from nearest
    where {{ is_shared_by_enough('shared_users', 'squared_norm') }}

)

select * from shared_by_enough
