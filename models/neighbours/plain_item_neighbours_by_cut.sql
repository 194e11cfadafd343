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
    {{ shared_by_enough('nearest', buyer_count='squared_norm') }}
)

select * from shared_by_enough
