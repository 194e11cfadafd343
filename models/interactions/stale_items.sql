{#- What may be sold as far as the catalogue knows, but has not been for long. -#}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

catalogue as (

    select count(discontinued_on) > 0 as keeps_dates
    from {{ ref('also_bought', 'items') }}

),

last_sales as (

    select
        cut_key,
        item_key,
        max(last_ordered_at) as last_sold_at
    from history
    group by cut_key, item_key

),

stale_items as (

    select
        last_sales.cut_key,
        last_sales.item_key
    from last_sales
    inner join cuts on last_sales.cut_key = cuts.cut_key
    cross join catalogue
    where {{ is_stale('last_sales.last_sold_at', 'cuts.cut_at', 'catalogue.keeps_dates') }}

)

select * from stale_items
