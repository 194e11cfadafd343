with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

counted as (

    select
        {%- for name, window in sales_windows().items() %}
        cast(
            sum({{ counted_orders('history.' ~ window.orders, name) }}) as {{ dbt.type_bigint() }}
        ) as {{ window.sales }},
        {%- endfor %}
        history.cut_key,
        history.item_key
    from history
    inner join eligible_items
        on history.cut_key = eligible_items.cut_key
        and history.item_key = eligible_items.item_key
    group by history.cut_key, history.item_key

),

ranked as (

    select
        {%- for window in sales_windows().values() %}
        cast(row_number() over (
            partition by cut_key
            order by {{ ranking_order(window.sales) }}
        ) as {{ dbt.type_int() }}) as {{ window.rank }},
        {%- endfor %}
        *
    from counted

)

select * from ranked
