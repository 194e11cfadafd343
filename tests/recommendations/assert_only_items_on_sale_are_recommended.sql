-- Read from the catalogue itself, not from the rule that the models apply.
with recommended as (

    select item_id from {{ ref('user_recommendations') }}
    union all
    select recommended_item_id from {{ ref('item_recommendations') }}
    union all
    select item_id from {{ ref('popular_items') }}

)

select
    recommended.item_id,
    count(*) as row_count
from recommended
left join {{ ref('products') }} as products on recommended.item_id = products.product_id
where not coalesce(
    products.is_in_stock
    and products.is_merchandise
    and not products.is_blocked
    and coalesce(products.launched_on <= {{ run_clock() }}, true)
    and coalesce(products.discontinued_on > {{ run_clock() }}, true),
    false
)
group by recommended.item_id
