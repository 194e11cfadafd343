{#- What a user's list is like, whether or not it meets what the user buys. -#}

with shown_items as (

    select * from {{ ref('also_bought', 'shown_items') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

user_counts as (

    select
        cut_key,
        count(distinct user_key) as user_count
    from history
    group by cut_key

),

buyers as (

    select
        cut_key,
        item_key,
        count(*) as buyer_count
    from history
    group by cut_key, item_key

),

on_sale_now as (

    select item_key from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

item_traits as (

    select
        buyers.cut_key,
        buyers.item_key,
        ln(cast(user_counts.user_count as {{ type_double() }}) / buyers.buyer_count) / ln(2) as rarity,
        case when on_sale_now.item_key is null then 1 else 0 end as is_off_sale
    from buyers
    inner join user_counts on buyers.cut_key = user_counts.cut_key
    left join on_sale_now on buyers.item_key = on_sale_now.item_key

),

list_traits as (

    select
        shown_items.cut_key,
        shown_items.user_key,
        shown_items.list,
        shown_items.recommender,
        shown_items.evaluated_ranks,
        {{ exact_sum('item_traits.rarity') }} / count(*) as novelty,
        cast(sum(item_traits.is_off_sale) as {{ type_double() }}) / count(*) as unavailable
    from shown_items
    inner join item_traits
        on shown_items.cut_key = item_traits.cut_key
        and shown_items.item_key = item_traits.item_key
    group by
        shown_items.cut_key,
        shown_items.user_key,
        shown_items.list,
        shown_items.recommender,
        shown_items.evaluated_ranks

)

select * from list_traits
