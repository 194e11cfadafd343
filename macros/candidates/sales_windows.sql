{#- Returns the windows of what sells: {window: its days before the cut, and the columns of a user's orders of an item,
    of the item's sales, of its place and of its signal}. Blends weigh each, and the top sellers of each are a
    baseline. -#}
{% macro sales_windows() %}
    {{ return({
        'week': {
            'days': 7, 'orders': 'week_order_count', 'sales': 'week_buyer_count', 'rank': 'week_rank',
            'signal': 'sold_in_week'
        },
        'fortnight': {
            'days': 14, 'orders': 'fortnight_order_count', 'sales': 'fortnight_buyer_count', 'rank': 'fortnight_rank',
            'signal': 'sold_in_fortnight'
        },
        'recent': {
            'days': also_bought.setting('recent_days'), 'orders': 'recent_order_count',
            'sales': 'recent_buyer_count', 'rank': 'recent_rank', 'signal': 'sold_recently'
        },
        'all_time': {
            'days': none, 'orders': 'order_count', 'sales': 'capped_order_count', 'rank': 'all_time_rank',
            'signal': 'sold_ever'
        },
    }) }}
{% endmacro %}
