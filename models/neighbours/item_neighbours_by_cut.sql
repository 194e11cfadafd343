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

with_buyers as (

    select
        nearest.*,
        buyers.buyer_count
    from nearest
    inner join buyers
        on nearest.cut_key = buyers.cut_key
        and nearest.item_key = buyers.item_key

),

shared_by_enough as (
    {{ shared_by_enough('with_buyers', buyer_count='buyer_count') }}
)

select * from shared_by_enough
