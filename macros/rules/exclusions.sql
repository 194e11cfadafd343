{#- Why a line without fault does not count as things stand at this run: {reason: condition}, the first that
    holds is the reason. Judged anew by every build, on the line that survived its copies. `lines` is that line,
    `products` its catalogue row, `excluded` its customer's entry among the excluded customers. -#}
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
