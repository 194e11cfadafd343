{{ config(enabled=setting('similar_items')) }}

{#- One feature alone makes no two products alike. -#}
{{ cosine_neighbours(
    ref('also_bought', 'product_features'),
    row_key='product_key',
    weight='weight',
    column_key='feature_key',
    k=setting('recommendations_per_list'),
    min_shared=2,
    eligible=ref('also_bought', 'shown_products')
) }}
