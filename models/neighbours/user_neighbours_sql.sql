{{ config(enabled=neighbours_engine() == 'sql') }}

{{ cosine_neighbours(
    ref('also_bought', 'user_item_counts_by_cut'),
    row_key='user_key',
    weight='user_weight',
    column_key='item_key',
    k=setting('neighbours_per_user'),
    min_shared=setting('min_shared_items'),
    max_products=setting('max_billion_products') * 1000000000
) }}
