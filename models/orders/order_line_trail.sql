{#- Narrow: it has a row for every line. It tells neither who withdrew consent nor what is sensitive. -#}

with verdicts as (

    select * from {{ ref('also_bought', 'order_line_verdicts') }}

),

sensitive as (

    select product_id from {{ ref('also_bought', 'catalogue') }}
    where is_sensitive

),

without_consent as (

    select customer_id from {{ ref('also_bought', 'excluded_customers') }}
    where reason = 'customer_without_consent'

),

trail as (

    select
        case when without_consent.customer_id is null then verdicts.customer_id end as customer_id,
        case when sensitive.product_id is null then verdicts.product_id end as product_id,
        case when sensitive.product_id is null then verdicts.parent_product_id end as parent_product_id,
        verdicts.ordered_at,
        verdicts.received_line_id,
        verdicts.order_source,
        verdicts.order_id,
        verdicts.quantity,
        verdicts.returned_quantity,
        verdicts.verdict,
        verdicts.verdict_reason,
        case
            when verdicts.survivor_line_id <> verdicts.received_line_id then verdicts.survivor_line_id
        end as survivor_line_id,
        verdicts.received_copies
    from verdicts
    left join sensitive on verdicts.product_id = sensitive.product_id
    left join without_consent on verdicts.customer_id = without_consent.customer_id

)

select * from trail
