{%- set model_name = setting('products') -%}
{%- do check_input_columns(model_name, [
    'product_id', 'product_name', 'category', 'is_merchandise', 'launched_on', 'discontinued_on',
    'is_in_stock', 'is_blocked'
]) -%}

with catalogue as (

    select * from {{ input_model(model_name) }}

),

typed as (

    select
        cast(product_id as {{ dbt.type_string() }}) as product_id,
        cast(product_name as {{ dbt.type_string() }}) as product_name,
        cast(category as {{ dbt.type_string() }}) as category,
        cast(is_merchandise as {{ dbt.type_boolean() }}) as is_merchandise,
        cast(launched_on as date) as launched_on,
        cast(discontinued_on as date) as discontinued_on,
        cast(is_in_stock as {{ dbt.type_boolean() }}) as is_in_stock,
        cast(is_blocked as {{ dbt.type_boolean() }}) as is_blocked
    from catalogue

)

select * from typed
