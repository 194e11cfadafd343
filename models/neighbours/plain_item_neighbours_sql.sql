{{ config(enabled=neighbours_engine() == 'sql') }}

{{ cosine_neighbours(
    ref('also_bought', 'item_buyers'),
    row_key='item_key',
    weight='weight',
    column_key='user_key',
    k=setting('neighbours_per_item'),
    min_shared=setting('min_shared_users'),
    eligible=ref('also_bought', 'eligible_items')
) }}
