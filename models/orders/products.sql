{%- set model_name = setting('products') -%}
{%- do check_input_columns(model_name, [
    'product_id', 'product_name', 'category', 'is_merchandise', 'launched_on', 'discontinued_on',
    'is_in_stock', 'is_blocked'
], 'products') -%}
{%- do check_catalogue(model_name) -%}

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
        cast(is_blocked as {{ dbt.type_boolean() }}) as is_blocked,
        {{ optional_column(model_name, 'is_sensitive', dbt.type_boolean(), 'false') }}
            as is_sensitive,
        {{ optional_column(model_name, 'parent_product_id', dbt.type_string()) }}
            as parent_product_id,
        {{ optional_column(model_name, 'product_code', dbt.type_string()) }} as product_code,
        {{ optional_column(model_name, 'code_valid_from', 'date') }} as code_valid_from,
        {{ optional_column(model_name, 'code_valid_until', 'date') }} as code_valid_until
    from catalogue

),

variant_stocks as (

    select
        parent_product_id,
        max(case when is_in_stock then 1 else 0 end) = 1 as is_in_stock
    from typed
    where parent_product_id is not null
    group by parent_product_id

),

completed as (

    select
        typed.product_id,
        typed.product_name,
        typed.category,
        -- What the parent is, its variants are: their orders count as its own.
        typed.is_merchandise and coalesce(parents.is_merchandise, true) as is_merchandise,
        typed.launched_on,
        typed.discontinued_on,
        -- What is sold in variants has no stock of its own.
        coalesce(variant_stocks.is_in_stock, typed.is_in_stock) as is_in_stock,
        typed.is_blocked,
        coalesce(typed.is_sensitive, false) or coalesce(parents.is_sensitive, false)
            as is_sensitive,
        typed.parent_product_id,
        coalesce(typed.product_code, typed.product_id) as product_code,
        typed.code_valid_from,
        typed.code_valid_until
    from typed
    left join typed as parents on typed.parent_product_id = parents.product_id
    left join variant_stocks on typed.product_id = variant_stocks.parent_product_id

)

select * from completed
