{{ config(enabled=setting('similar_items')) }}

{#- So many features are named in a reason, the rarest first. -#}
{%- set named_features = 3 -%}

with neighbours as (
    {{ neighbours_with_similarity(
        ref('also_bought', 'content_neighbours'),
        ref('also_bought', 'product_features'),
        row_key='product_key',
        weight='weight',
        shared_columns_name='shared_features',
        k=setting('recommendations_per_list')
    ) }}
),

products as (

    select * from {{ ref('also_bought', 'described_products') }}

),

features as (

    select * from {{ ref('also_bought', 'product_features') }}

),

shared as (

    select
        neighbours.product_key,
        neighbours.rank,
        case features.kind
            when 'word' then features.feature
            when 'category' then {{ sentence('category {features.feature}') }}
            when 'brand' then {{ sentence('brand {features.feature}') }}
            when 'price' then 'a similar price'
        end as feature_name,
        row_number() over (
            partition by neighbours.product_key, neighbours.rank
            order by features.weight desc, features.feature_key asc
        ) as place
    from neighbours
    inner join features on neighbours.product_key = features.product_key
    inner join features as theirs
        on neighbours.neighbour_key = theirs.product_key
        and features.feature_key = theirs.feature_key

),

named as (

    select
        product_key,
        rank,
        {{ joined_text('feature_name', ', ', 'place') }} as feature_names
    from shared
    where place <= {{ named_features }}
    group by product_key, rank

)

select
    mine.product_id as item_id,
    mine.product_name as item_name,
    neighbours.rank,
    theirs.product_id as similar_item_id,
    theirs.product_name as similar_item_name,
    theirs.is_never_bought as is_new,
    cast(neighbours.similarity as {{ type_double() }}) as similarity,
    neighbours.shared_features,
    {{ sentence('Both have: {named.feature_names}') }} as reason
from neighbours
inner join products as mine on neighbours.product_key = mine.product_key
inner join products as theirs on neighbours.neighbour_key = theirs.product_key
inner join named
    on neighbours.product_key = named.product_key
    and neighbours.rank = named.rank
