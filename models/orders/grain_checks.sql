{#- Is a row of the source an order line at all? Sums per customer, day or order look like lines, and would be
    counted as such. -#}
{{ config(materialized='view') }}

with purchases as (

    select
        lines.order_source,
        lines.order_id,
        lines.customer_id,
        lines.product_id,
        lines.quantity,
        cast(lines.ordered_at as date) as ordered_on,
        cast(lines.ordered_at as date) = lines.ordered_at as is_at_midnight,
        lines.order_id = lines.received_line_id as has_no_order
    from {{ faultless_lines() }} and not lines.is_return

),

-- Where an order has two lines, a row is no sum. Nothing can be said of a few rows.
sources as (

    select
        order_source,
        count(*) = count(distinct order_id) and count(*) >= 30 as may_be_sums
    from purchases
    group by order_source

),

described as (

    select
        purchases.order_source,
        count(*) as line_count,
        count(distinct purchases.customer_id) as customer_count,
        count(distinct purchases.product_id) as product_count,
        {{ first_text('purchases.product_id') }} as first_product_id,
        count(distinct {{ text_of_columns(['purchases.customer_id', 'purchases.product_id']) }})
            as pair_count,
        count(distinct {{ text_of_columns([
            'purchases.customer_id', 'purchases.product_id', 'purchases.ordered_on'
        ]) }}) as day_count,
        count(case when purchases.quantity > 1 then 1 end) as lines_of_several,
        min(case when purchases.is_at_midnight then 1 else 0 end) = 1 as is_at_midnight,
        min(case when purchases.has_no_order then 1 else 0 end) = 1 as has_no_order
    from purchases
    inner join sources on purchases.order_source = sources.order_source
    where sources.may_be_sums
    group by purchases.order_source

),

-- People buy one thing of most; sums are of several.
grains as (

    select
        *,
        case
            when product_count = 1 and customer_count > 1 then 'order'
            when 5 * lines_of_several < line_count or line_count < 2 * customer_count then 'line'
            when pair_count = line_count then 'customer and product'
            when day_count = line_count and is_at_midnight and has_no_order then 'customer, product and day'
            else 'line'
        end as grain
    from described

),

judged as (

    select
        sources.order_source,
        grains.line_count,
        grains.first_product_id,
        coalesce(grains.grain, 'line') as grain
    from sources
    left join grains on sources.order_source = grains.order_source

),

checks as (

    select
        order_source,
        'grain' as check_name,
        cast(case when grain = 'line' then 0 else 1 end as {{ type_double() }}) as found,
        {{ check_state('grain', "grain <> 'line'") }} as state,
        case grain
            when 'order' then {{ sentence(
                'Each of the {line_count} rows of {order_source} is an order of its own with the product
                {first_product_id}: they look like totals of orders. Read the table of their lines.'
            ) }}
            when 'customer and product' then {{ sentence(
                'The {line_count} rows of {order_source} name each customer and product once, and many have several
                units: they look like sums. Read the table that they were summed from.'
            ) }}
            when 'customer, product and day' then {{ sentence(
                'The {line_count} rows of {order_source} have no order, name each customer, product and day once, and
                many have several units: they look like sums. Read the table that they were summed from, or say that
                a day is an order.'
            ) }}
            else {{ sentence('Rows of {order_source} look like lines of orders.') }}
        end as sentence
    from judged

)

select * from checks
