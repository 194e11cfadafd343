{{ differing_counts(source('complete_journey', 'transactions'), {
    'lines': [1469307, 'count(*)'],
    'households': [2469, 'count(distinct household_id)'],
    'baskets': [155848, 'count(distinct basket_id)'],
    'products bought': [68509, 'count(distinct product_id)'],
    'stores': [457, 'count(distinct store_id)'],
    'quantity zero': [8869, 'count(*) filter (where quantity = 0)'],
    'quantity below zero': [0, 'count(*) filter (where quantity < 0)'],
    'quantity above 100': [13510, 'count(*) filter (where quantity > 100)'],
    'largest quantity': [89638, 'max(quantity)'],
    'received nothing': [11226, 'count(*) filter (where sales_value = 0)'],
    'received nothing for units': [2406, 'count(*) filter (where sales_value = 0 and quantity > 0)'],
}) }}
union all
{{ differing_counts(source('complete_journey', 'products'), {
    'products': [92331, 'count(*)'],
    'products without a category': [540, 'count(*) filter (where product_category is null)'],
    'products without a package size': [30586, 'count(*) filter (where package_size is null)'],
}) }}
