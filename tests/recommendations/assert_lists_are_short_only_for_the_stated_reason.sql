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

{%- for kind, mark in marked_kinds().items() %},

-- What was given back is on no list.
{{ kind }}_on_sale as (

    select
        buyers.user_id,
        count(*) as item_count
    from {{ ref('also_bought', mark.model) }} as marked
    inner join {{ ref('also_bought', 'eligible_items') }} as eligible_items
        on marked.cut_key = eligible_items.cut_key
        and marked.item_key = eligible_items.item_key
    inner join {{ ref('also_bought', 'users') }} as buyers on marked.user_key = buyers.user_key
    left join {{ ref('also_bought', 'returned_items') }} as returned_items
        on marked.cut_key = returned_items.cut_key
        and marked.user_key = returned_items.user_key
        and marked.item_key = returned_items.item_key
    where
        {{ is_production('marked') }}
        and marked.{{ mark.signal }} > 0
        {{ 'and not marked.is_bought' if kind == 'seen' }}
        and returned_items.item_key is null
    group by buyers.user_id

)
{%- endfor %}

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
{%- for kind in marked_kinds() %}
left join {{ kind }}_on_sale on lists.user_id = {{ kind }}_on_sale.user_id
{%- endfor %}
where
    coalesce(lists.shortfall_reason, '') not in ('nobody_buys_again', 'merchandising_rules')
    and lists.row_count <> least(
        lists.wanted_rows,
        case
            {%- for kind in marked_kinds() %}
            when definitions.shortfall_reason = 'few_{{ kind }}_items_on_sale'
                then coalesce({{ kind }}_on_sale.item_count, 0)
            {%- endfor %}
            when definitions.holds_new_items
                then
                    items_on_sale.item_count
                    - coalesce(bought_on_sale.item_count, 0)
                    - coalesce(returned_on_sale.item_count, 0)
            else 0
        end
        + case
            when definitions.shortfall_reason like 'few_due_%' then 0
            when definitions.holds_bought_items then coalesce(bought_on_sale.item_count, 0)
            else 0
        end
    )
