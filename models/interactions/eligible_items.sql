{#- What is sold in variants is on sale where one of them is. -#}

with cuts as (

    select
        *,
        -- What is on sale today may be recommended today, however old the last order is.
        case when {{ is_production() }} then {{ run_clock() }} else cut_at end as judged_at
    from {{ ref('also_bought', 'cuts') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

variants as (

    select * from {{ ref('also_bought', 'catalogue') }}
    where parent_product_id is not null

),

often_returned as (

    select
        cut_key,
        item_key
    from {{ ref('also_bought', 'item_returns') }}
    where is_often_returned

),

variants_on_sale as (

    select
        cuts.cut_key,
        variants.parent_product_id as item_id,
        max(
            case
                when {{ is_eligible('variants', 'cuts.judged_at', is_production('cuts')) }} then 1
                else 0
            end
        ) = 1 as is_any_on_sale
    from cuts
    cross join variants
    group by cuts.cut_key, variants.parent_product_id

),

eligible_items as (

    select
        cuts.cut_key,
        items.item_key
    from cuts
    cross join items
    left join variants_on_sale
        on cuts.cut_key = variants_on_sale.cut_key
        and items.item_id = variants_on_sale.item_id
    left join often_returned
        on cuts.cut_key = often_returned.cut_key
        and items.item_key = often_returned.item_key
    where
        {{ is_eligible('items', 'cuts.judged_at', is_production('cuts')) }}
        and often_returned.item_key is null
        and coalesce(variants_on_sale.is_any_on_sale, true)

)

select * from eligible_items
