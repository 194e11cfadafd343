{#- A return without a purchase says nothing about how often the item comes back. Whether it comes back too
    often is judged by customers: one account that sends back a thousand purchases is one of them. -#}

with judged_lines as (

    select
        coalesce(parent_product_id, product_id) as item_id,
        customer_id,
        ordered_at,
        case when quantity > 0 then 1 else 0 end as is_purchase,
        case when verdict_reason in ('return_matched', 'order_refunded') then 1 else 0 end as is_returned
    from {{ ref('also_bought', 'order_line_verdicts') }}
    where
        verdict = 'kept' or verdict_reason in ('fully_returned', 'order_refunded')
        or (verdict_reason = 'return_matched' and quantity < 0)

),

cuts as (

    select * from {{ ref('also_bought', 'cuts') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

counted as (

    select
        cuts.cut_key,
        items.item_key,
        sum(judged_lines.is_purchase) as purchase_count,
        sum(judged_lines.is_returned) as return_count,
        count(distinct case when judged_lines.is_purchase = 1 then judged_lines.customer_id end)
            as buyer_count,
        count(distinct case when judged_lines.is_returned = 1 then judged_lines.customer_id end)
            as returner_count
    from judged_lines
    inner join items on judged_lines.item_id = items.item_id
    inner join cuts on {{ is_production('cuts') }} or judged_lines.ordered_at < cuts.cut_at
    group by cuts.cut_key, items.item_key
    having sum(judged_lines.is_purchase) > 0

),

-- What is sent back in parts comes back once.
bounded as (

    select
        cut_key,
        item_key,
        cast(purchase_count as {{ dbt.type_bigint() }}) as purchase_count,
        cast(least(return_count, purchase_count) as {{ dbt.type_bigint() }}) as returned_count,
        buyer_count,
        least(returner_count, buyer_count) as returner_count
    from counted

),

shares as (

    select
        cut_key,
        item_key,
        purchase_count,
        returned_count,
        cast(returned_count as {{ type_double() }}) / purchase_count as returned_share,
        {{ share_low('returned_count', 'purchase_count') }} as returned_low,
        {{ share_high('returned_count', 'purchase_count') }} as returned_high,
        {{ share_low('returner_count', 'buyer_count') }} as returners_low,
        cast(sum(returner_count) over (partition by cut_key) as {{ type_double() }})
        / sum(buyer_count) over (partition by cut_key) as shop_share
    from bounded

)

select
    cut_key,
    item_key,
    purchase_count,
    returned_count,
    returned_share,
    returned_low,
    returned_high,
    {{ is_often_returned('returners_low', 'shop_share') }} as is_often_returned
from shares
