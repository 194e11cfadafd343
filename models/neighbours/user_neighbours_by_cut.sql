{{ neighbours_with_similarity(
    ref('also_bought', 'user_neighbours_' ~ neighbours_engine()),
    ref('also_bought', 'user_item_counts_by_cut'),
    row_key='user_key',
    weight='user_weight',
    shared_columns_name='shared_items',
    k=setting('neighbours_per_user')
) }}
