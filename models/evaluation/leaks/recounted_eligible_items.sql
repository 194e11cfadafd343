{#- What was on sale on the day of each past cut, judged again: what `eligible_items` should say. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

variants as (

    select * from {{ ref('also_bought', 'products') }}
    where parent_product_id is not null

),

variants_of_the_day as (

    select
        cuts.cut_key,
        variants.parent_product_id as item_id,
        sum(
            case when {{ is_eligible('variants', 'cuts.cut_at', 'false') }} then 1 else 0 end
        ) as on_sale_count
    from cuts
    cross join variants
    group by cuts.cut_key, variants.parent_product_id

),

items_of_the_day as (

    select
        cuts.cut_key,
        items.item_key
    from cuts
    cross join items
    left join variants_of_the_day
        on cuts.cut_key = variants_of_the_day.cut_key
        and items.item_id = variants_of_the_day.item_id
    where
        {{ is_eligible('items', 'cuts.cut_at', 'false') }}
        and coalesce(variants_of_the_day.on_sale_count, 1) > 0

)

select * from items_of_the_day
