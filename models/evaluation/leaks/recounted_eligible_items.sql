{#- What was on sale on the day of each past cut, judged again: what `eligible_items` should say. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

variants as (

    select * from {{ ref('also_bought', 'catalogue') }}
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

-- A line of a later day decides nothing: neither a purchase nor what came back.
lines_of_the_day as (

    select
        cuts.cut_key,
        coalesce(verdicts.parent_product_id, verdicts.product_id) as item_id,
        count(distinct case
            when verdicts.verdict = 'kept' or verdicts.verdict_reason <> 'return_matched'
                then verdicts.customer_id
        end) as buyers,
        count(distinct case
            when verdicts.verdict_reason in ('return_matched', 'order_refunded') then verdicts.customer_id
        end) as returners
    from {{ ref('also_bought', 'order_line_verdicts') }} as verdicts
    inner join cuts on verdicts.ordered_at < cuts.cut_at
    where
        verdicts.verdict = 'kept'
        or verdicts.verdict_reason in ('fully_returned', 'order_refunded', 'return_matched')
    group by cuts.cut_key, coalesce(verdicts.parent_product_id, verdicts.product_id)

),

known_lines as (

    select
        lines_of_the_day.cut_key,
        items.item_key,
        lines_of_the_day.buyers,
        least(lines_of_the_day.buyers, lines_of_the_day.returners) as returners
    from lines_of_the_day
    inner join items on lines_of_the_day.item_id = items.item_id
    where lines_of_the_day.buyers > 0

),

shares_of_the_day as (

    select
        cut_key,
        item_key,
        {{ share_low('returners', 'buyers') }} as returners_low,
        cast(sum(returners) over (partition by cut_key) as {{ type_double() }})
        / sum(buyers) over (partition by cut_key) as shop_share
    from known_lines

),

often_returned as (

    select
        cut_key,
        item_key
    from shares_of_the_day
    where {{ is_often_returned('returners_low', 'shop_share') }}

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
    left join often_returned
        on cuts.cut_key = often_returned.cut_key
        and items.item_key = often_returned.item_key
    where
        {{ is_eligible('items', 'cuts.cut_at', 'false') }}
        and coalesce(variants_of_the_day.on_sale_count, 1) > 0
        and often_returned.item_key is null

)

select * from items_of_the_day
