with history as (

    select * from {{ ref('also_bought', 'user_item_history') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

counted as (

    select
        history.cut_key,
        history.item_key,
        cast(sum(history.order_count) as {{ dbt.type_bigint() }}) as order_count,
        cast(sum(history.recent_order_count) as {{ dbt.type_bigint() }}) as recent_order_count,
        cast(sum(history.fortnight_order_count) as {{ dbt.type_bigint() }}) as fortnight_order_count,
        cast(sum(history.week_order_count) as {{ dbt.type_bigint() }}) as week_order_count
    from history
    inner join eligible_items
        on history.cut_key = eligible_items.cut_key
        and history.item_key = eligible_items.item_key
    group by history.cut_key, history.item_key

),

ranked as (

    select
        *,
        cast(row_number() over (
            partition by cut_key
            order by order_count desc, recent_order_count desc, item_key asc
        ) as {{ dbt.type_int() }}) as all_time_rank,
        cast(row_number() over (
            partition by cut_key
            order by recent_order_count desc, order_count desc, item_key asc
        ) as {{ dbt.type_int() }}) as recent_rank
    from counted

)

select * from ranked
