{% macro exclusions() %}
    {{ return(adapter.dispatch('exclusions', 'also_bought')()) }}
{% endmacro %}


{% macro default__exclusions() %}
    {{ return({
        'customer_without_consent': "excluded.reason = 'customer_without_consent'",
        'customer_over_item_limit': "excluded.reason = 'customer_over_item_limit'",
        'customer_excluded': 'excluded.customer_id is not null',
        'product_not_in_catalogue': 'products.product_id is null',
        'product_not_merchandise': 'not products.is_merchandise',
        'product_sensitive': 'products.is_sensitive',
    }) }}
{% endmacro %}
