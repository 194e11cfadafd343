{#- Stops where the catalogue has two rows for the product of an order line, which would count the line
    twice. -#}
{% macro check_catalogue(model_name) %}
    {%- set relation = also_bought.input_model(model_name) -%}
    {%- set where = relation.render() ~ ', named by the var also_bought__products' -%}
    {%- set catalogue = '(' ~ also_bought.input_query(
        model_name, also_bought.catalogue_columns(), also_bought.optional_catalogue_columns()
    ) ~ ')' -%}
    {%- set has_codes = 'product_code' in also_bought.input_columns(model_name) -%}
    {%- set has_parents = 'parent_product_id' in also_bought.input_columns(model_name) -%}

    {%- for column in ['product_id', 'is_merchandise', 'is_in_stock', 'is_blocked'] -%}
        {%- do also_bought.stop_where(
            "select 'The catalogue has rows without " ~ column ~ ": ' || count(*)
                || coalesce(', the first for the product ' || min(product_id), '') || '.'
            from " ~ catalogue ~ " as catalogue
            where " ~ column ~ " is null
            having count(*) > 0",
            relation, where,
            'leave them out in the model.' if column == 'product_id'
            else 'say true or false in the model: coalesce(' ~ column ~ ', ...).'
        ) -%}
    {%- endfor -%}
    {%- do also_bought.stop_where(
        "select 'The catalogue has ' || count(*) || ' rows for the product ' || product_id || '.'
        from " ~ catalogue ~ " as catalogue
        group by product_id
        having count(*) > 1
        order by product_id
        limit 1",
        relation, where,
        'keep one row per product_id in the model; a code given to another product needs a product_id of'
        ~ ' its own, and the columns product_code, code_valid_from, code_valid_until.'
    ) -%}
    {%- if has_codes -%}
        {%- do also_bought.stop_where(
            "select 'The code ' || coalesce(mine.product_code, mine.product_id) || ' means ' || mine.product_id
                || ' and ' || theirs.product_id || ' at the same time.'
            from " ~ catalogue ~ " as mine
            inner join " ~ catalogue ~ " as theirs
                on coalesce(mine.product_code, mine.product_id) = coalesce(theirs.product_code, theirs.product_id)
                and mine.product_id < theirs.product_id
                and coalesce(mine.code_valid_from < theirs.code_valid_until, true)
                and coalesce(theirs.code_valid_from < mine.code_valid_until, true)
            order by mine.product_id, theirs.product_id
            limit 1",
            relation, where, 'let code_valid_until of the one be no later than code_valid_from of the other.'
        ) -%}
    {%- endif -%}
    {%- if has_parents -%}
        {%- do also_bought.stop_where(
            "select 'The product ' || mine.product_id || ' is a variant of ' || mine.parent_product_id
                || case when theirs.product_id is null then ', which the catalogue does not have.'
                    else ', which is a variant itself.' end
            from " ~ catalogue ~ " as mine
            left join " ~ catalogue ~ " as theirs on mine.parent_product_id = theirs.product_id
            where mine.parent_product_id is not null
                and (theirs.product_id is null or theirs.parent_product_id is not null)
            order by mine.product_id
            limit 1",
            relation, where, 'let parent_product_id name the product at the top.'
        ) -%}
    {%- endif -%}
{% endmacro %}
