{#- Stops with a clear error where an input model is absent, lacks a column of its contract, or has one that is
    called nearly as one that it may have. -#}
{% macro check_input_columns(model_name, expected_columns, setting_name, optional_columns=()) %}
    {%- if execute and flags.WHICH not in ('compile', 'generate', 'test') -%}
        {%- set found = also_bought.input_columns(model_name) | list -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- set where = relation.render() ~ ', named by the var also_bought__' ~ setting_name -%}
        {%- if not found and not relation.is_cte and load_relation(relation) is none -%}
            {%- do also_bought.stop(
                'There is no table ' ~ relation.render() ~ ' for the input model ' ~ model_name ~ '.',
                'the var also_bought__' ~ setting_name,
                'build it first (dbt build --select +' ~ model_name ~ '), or name another model.'
            ) -%}
        {%- elif found and expected_columns | reject('in', found) | list -%}
            {%- do also_bought.stop(
                'The input model ' ~ model_name ~ ' lacks: ' ~ also_bought.missing_names(expected_columns, found) ~ '.',
                where, 'add or rename the columns in the model; docs/inputs.md lists what it yields.'
            ) -%}
        {%- endif -%}
        {%- for name in found if name not in expected_columns and name not in optional_columns -%}
            {%- set meant = also_bought.nearly_named_column(name, optional_columns | reject('in', found)) -%}
            {%- if meant -%}
                {%- do also_bought.stop(
                    'The input model ' ~ model_name ~ ' has ' ~ name ~ ', which nobody reads; the nearest that is read is '
                    ~ meant ~ '.',
                    where,
                    'rename it to ' ~ meant ~ '. If it means something else, let the model yield ' ~ meant
                    ~ ' too, as null where nothing is known.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- Returns the optional column that a name means, or almost: where their own words share most pairs of letters.
    Of these columns nobody would miss the effect until it is too late. Some have another name elsewhere. -#}
{% macro nearly_named_column(name, absent_columns) %}
    {%- set names = {
        'is_erased': ['erased', 'deleted', 'forgotten', 'anonymised', 'anonymized'],
        'has_consent': ['consent', 'consented', 'consent_given', 'opted_in'],
        'merged_into_customer_id': ['merged_into', 'merged', 'master'],
        'is_sensitive': ['sensitive'],
        'brand': ['brand', 'brand_name'],
        'price': ['price', 'list_price', 'sales_price'],
        'image_url': ['image_url', 'image', 'picture_url'],
        'product_url': ['url', 'link', 'page_url'],
        'parent_product_id': ['parent', 'parent_sku'],
        'currency': ['currency', 'currency_code', 'price_currency'],
    } -%}
    {%- set common_words = ['is', 'has', 'id', 'at', 'customer', 'product', 'order', 'line'] -%}
    {%- set own_words = name.split('_') | reject('in', common_words) | join('_') -%}
    {%- for column in absent_columns -%}
        {%- if also_bought.nearest_name(own_words, names.get(column, []), least_share=0.8) -%}
            {{ return(column) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}
