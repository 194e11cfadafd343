{#- What had sold in each window before a past cut, counted again: what `item_popularity` should say. -#}

with purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

counted as (

    select
        {%- for name, window in sales_windows().items() %}
        cast(
            sum({{ counted_orders('purchases.' ~ window.orders, name) }}) as {{ dbt.type_bigint() }}
        ) as {{ window.sales }},
        {%- endfor %}
        purchases.cut_key,
        purchases.item_key
    from purchases
    inner join eligible_items
        on purchases.cut_key = eligible_items.cut_key
        and purchases.item_key = eligible_items.item_key
    group by purchases.cut_key, purchases.item_key

),

ranked as (

    select
        {%- for window in sales_windows().values() %}
        row_number() over (
            partition by cut_key order by {{ ranking_order(window.sales) }}
        ) as {{ window.rank }},
        {%- endfor %}
        *
    from counted

)

select * from ranked
