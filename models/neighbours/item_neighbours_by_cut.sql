{{ neighbours_with_similarity(
    ref('also_bought', 'item_neighbours_' ~ neighbours_engine()),
    ref('also_bought', 'user_item_counts_by_cut'),
    row_key='item_key',
    weight='item_weight',
    shared_columns_name='shared_users',
    k=setting('neighbours_per_item')
) }}
