{% macro exclusions() %}
    {{ return(adapter.dispatch('exclusions', 'also_bought')()) }}
{% endmacro %}


{% macro default__exclusions() %}
    {{ return({
        'customer_without_consent': {
            'condition': "excluded.reason = 'customer_without_consent'",
            'in_plain_words': 'The customer has withdrawn consent to recommendations.',
            'what_to_do': 'Nothing, until the consent is given again; the next build then counts the lines.',
        },
        'customer_over_item_limit': {
            'condition': "excluded.reason = 'customer_over_item_limit'",
            'in_plain_words': 'The customer bought more different products than a person does (rule '
                ~ 'customer_item_limit).',
            'what_to_do': 'If the customer is real, give the account the type verified, or set '
                ~ 'also_bought__max_items_per_user.',
        },
        'customer_excluded': {
            'condition': 'excluded.customer_id is not null',
            'in_plain_words': 'The account is not one person buying for themselves (rule '
                ~ 'is_excluded_account).',
            'what_to_do': 'Correct account_type in the customers model, or override the rule '
                ~ 'is_excluded_account.',
        },
        'product_not_in_catalogue': {
            'condition': 'products.product_id is null',
            'in_plain_words': 'No product of the catalogue has this id.',
            'what_to_do': 'Add the product to the catalogue, or let the staging model write the id as the '
                ~ 'catalogue does.',
        },
        'product_not_merchandise': {
            'condition': 'not products.is_merchandise',
            'in_plain_words': 'The catalogue has it as postage, a voucher or a fee: nobody buys it for its '
                ~ 'own sake.',
            'what_to_do': 'Nothing, or correct is_merchandise in the products model.',
        },
        'product_sensitive': {
            'condition': 'products.is_sensitive',
            'in_plain_words': 'The product says too much about its buyer: the catalogue marks it '
                ~ 'is_sensitive.',
            'what_to_do': 'Nothing, or take the mark off the product.',
        },
    }) }}
{% endmacro %}
