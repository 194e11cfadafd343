{%- set model_name = setting('products') -%}
{%- do check_input_columns(
    model_name, catalogue_columns() | list, 'products', optional_catalogue_columns() | list
) -%}
{%- do check_catalogue(model_name) -%}

with typed as (
    {{ input_query(model_name, catalogue_columns(), optional_catalogue_columns()) }}
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
        typed.brand,
        typed.price,
        typed.image_url,
        typed.product_url,
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
