-- A list has every item on sale that belongs in it, up to the wanted number.
with items_on_sale as (

    select count(*) as item_count
    from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),
{%- for counts, relation in {
    'bought_on_sale': 'user_item_counts_by_cut', 'returned_on_sale': 'returned_items'
}.items() %}

{{ counts }} as (

    select
        buyers.user_id,
        count(*) as item_count
    from {{ ref('also_bought', relation) }} as known_items
    inner join {{ ref('also_bought', 'eligible_items') }} as eligible_items
        on known_items.cut_key = eligible_items.cut_key
        and known_items.item_key = eligible_items.item_key
    inner join {{ ref('also_bought', 'users') }} as buyers on known_items.user_key = buyers.user_key
    where {{ is_production('known_items') }}
    group by buyers.user_id

){{ ',' if not loop.last }}
{%- endfor %}

{%- if event_signals() %},

-- What was given back is on no list.
seen_on_sale as (

    select
        buyers.user_id,
        count(*) as item_count
    from {{ ref('also_bought', 'seen_items') }} as seen_items
    inner join {{ ref('also_bought', 'eligible_items') }} as eligible_items
        on seen_items.cut_key = eligible_items.cut_key
        and seen_items.item_key = eligible_items.item_key
    inner join {{ ref('also_bought', 'users') }} as buyers on seen_items.user_key = buyers.user_key
    left join {{ ref('also_bought', 'returned_items') }} as returned_items
        on seen_items.cut_key = returned_items.cut_key
        and seen_items.user_key = returned_items.user_key
        and seen_items.item_key = returned_items.item_key
    where
        {{ is_production('seen_items') }} and not seen_items.is_bought and returned_items.item_key is null
    group by buyers.user_id

)
{%- endif %}

select
    lists.user_id,
    lists.list,
    lists.row_count,
    lists.shortfall_reason
from {{ ref('also_bought', 'user_recommendation_lists') }} as lists
inner join {{ ref('also_bought', 'list_definitions') }} as definitions on lists.list = definitions.list
cross join items_on_sale
left join bought_on_sale on lists.user_id = bought_on_sale.user_id
left join returned_on_sale on lists.user_id = returned_on_sale.user_id
{%- if event_signals() %}
left join seen_on_sale on lists.user_id = seen_on_sale.user_id
{%- endif %}
where
    lists.shortfall_reason is distinct from 'nobody_buys_again'
    and lists.row_count <> least(
        lists.wanted_rows,
        case
            when definitions.shortfall_reason = 'few_seen_items_on_sale'
                then {{ 'coalesce(seen_on_sale.item_count, 0)' if event_signals() else 0 }}
            when definitions.holds_new_items
                then
                    items_on_sale.item_count
                    - coalesce(bought_on_sale.item_count, 0)
                    - coalesce(returned_on_sale.item_count, 0)
            else 0
        end
        + case when definitions.holds_bought_items then coalesce(bought_on_sale.item_count, 0) else 0 end
    )
