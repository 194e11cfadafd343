-- Read from the catalogue itself, not from the rule that the models apply.
with recommended as (

    select item_id from {{ ref('also_bought', 'user_recommendations') }}
    union all
    select recommended_item_id from {{ ref('also_bought', 'item_recommendations') }}
    union all
    select item_id from {{ ref('also_bought', 'popular_items') }}

)

select
    recommended.item_id,
    count(*) as row_count
from recommended
left join {{ ref('also_bought', 'catalogue') }} as products on recommended.item_id = products.product_id
where
    products.product_id is null
    or not products.is_in_stock
    or not products.is_merchandise
    or products.is_blocked
    or products.is_sensitive
    or products.launched_on > {{ run_clock() }}
    or (
        products.discontinued_on <= {{ run_clock() }}
        and coalesce(products.launched_on, products.discontinued_on) <= products.discontinued_on
    )
group by recommended.item_id
