{{ config(enabled=setting('similar_items')) }}

with products as (

    select * from {{ ref('also_bought', 'described_products') }}

),

words as (

    select
        product_key,
        {{ words_of('product_name') }} as word
    from products

),

-- Prices of one band differ by less than half.
price_bands as (

    select
        product_key,
        cast(floor(2 * ln(cast(price as {{ type_double() }})) / ln(2)) as {{ dbt.type_int() }}) as price_band
    from products
    where price > 0

),

features as (

    -- A word of two letters is an article, a size or a unit.
    select distinct
        product_key,
        'word' as kind,
        word as feature
    from words
    where length(word) > 2

    union all

    select
        product_key,
        'category',
        category
    from products
    where category is not null

    union all

    select
        product_key,
        'brand',
        brand
    from products
    where brand is not null

    union all

    select
        product_key,
        'price',
        {{ as_text('price_band') }}
    from price_bands

),

all_products as (

    select count(*) as product_count
    from products

),

counted as (

    select
        features.*,
        count(*) over (partition by features.kind, features.feature) as product_count,
        all_products.product_count as all_products
    from features
    cross join all_products

)

select
    0 as cut_key,
    product_key,
    kind,
    feature,
    cast(
        dense_rank() over (order by kind asc, {{ byte_order('feature') }}) as {{ dbt.type_int() }}
    ) as feature_key,
    -- The inverse document frequency (Sparck Jones 1972), whole so that every engine adds it up alike.
    cast(
        floor(100 * ln(cast(all_products as {{ type_double() }}) / product_count) + 0.5)
        as {{ dbt.type_bigint() }}
    ) as weight
from counted
where {{ is_telling_feature('product_count', 'all_products') }}
