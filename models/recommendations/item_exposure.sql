with products as (

    select * from {{ ref('also_bought', 'products') }}
    where parent_product_id is null

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

verdicts as (

    select verdicts.*
    from {{ ref('also_bought', 'recommendation_verdicts') }} as verdicts
    inner join {{ ref('also_bought', 'list_definitions') }} as lists on verdicts.list = lists.list
    where lists.is_for = 'user'

),

list_kinds as (
    {{ list_kinds() }}
),

proposed as (

    select distinct
        item_key,
        {%- for mark in marked_kinds().values() %}
        case when signal = '{{ mark.signal }}' then 1 else 0 end as {{ mark.signal }},
        {%- endfor %}
        is_bought
    from {{ ref('also_bought', 'candidates') }}
    where {{ is_production() }}

),

proposed_for_lists as (

    select distinct
        proposed.item_key,
        list_kinds.list
    from proposed
    inner join list_kinds on {{ is_held_by_list('list_kinds', 'proposed.is_bought', 'proposed') }}

),

shown as (

    select
        item_key,
        list,
        {{ counted_people('count(*)') }} as user_count,
        {{ coarse_score('cast(sum(rank) as ' ~ type_double() ~ ') / count(*)') }} as mean_rank
    from {{ published_lists() }}
    group by item_key, list

),

exposure as (

    select
        products.product_id as item_id,
        verdicts.list,
        products.may_be_recommended,
        cast(coalesce(shown.user_count, 0) as {{ dbt.type_bigint() }}) as user_count,
        case when shown.user_count > 0 then shown.mean_rank end as mean_rank,
        case
            when shown.user_count > 0 then null
            when products.not_recommended_because is not null then products.not_recommended_because
            when verdicts.published_recommender = 'none' then 'nobody_buys_again'
            when proposed_for_lists.item_key is null and shown.item_key is null then 'no_evidence'
            else 'outranked'
        end as not_shown_because
    from products
    cross join verdicts
    left join items on products.product_id = items.item_id
    left join shown
        on items.item_key = shown.item_key
        and verdicts.list = shown.list
    left join proposed_for_lists
        on items.item_key = proposed_for_lists.item_key
        and verdicts.list = proposed_for_lists.list

)

select * from exposure
