{#- Returns the names and types of the columns of the catalogue. -#}
{% macro catalogue_columns() %}
    {{ return({
        'product_id': dbt.type_string(),
        'product_name': dbt.type_string(),
        'category': dbt.type_string(),
        'is_merchandise': dbt.type_boolean(),
        'launched_on': 'date',
        'discontinued_on': 'date',
        'is_in_stock': dbt.type_boolean(),
        'is_blocked': dbt.type_boolean(),
    }) }}
{% endmacro %}


{#- Returns those that it may also have. -#}
{% macro optional_catalogue_columns() %}
    {{ return({
        'brand': dbt.type_string(),
        'price': 'decimal(18, 4)',
        'image_url': dbt.type_string(),
        'product_url': dbt.type_string(),
        'is_sensitive': dbt.type_boolean(),
        'parent_product_id': dbt.type_string(),
        'product_code': dbt.type_string(),
        'code_valid_from': 'date',
        'code_valid_until': 'date',
    }) }}
{% endmacro %}
