-- Who bought what is counted here once more, from the order lines.
with bought as (

    select distinct
        customer_id,
        product_id
    from {{ ref('also_bought', 'order_lines') }}

),

recommendations as (

    select * from {{ ref('also_bought', 'item_recommendations') }}
    where strategy = 'item_neighbours'

),

bought_both as (

    select
        recommendations.item_id,
        recommendations.recommended_item_id,
        count(*) as buyers_of_both
    from recommendations
    inner join bought as mine on recommendations.item_id = mine.product_id
    where
        exists (
            select 1 from bought as theirs
            where mine.customer_id = theirs.customer_id
                and recommendations.recommended_item_id = theirs.product_id
        )
    group by recommendations.item_id, recommendations.recommended_item_id

),

pairs as (

    select
        recommendations.*,
        coalesce(bought_both.buyers_of_both, 0) as buyers_of_both
    from recommendations
    left join bought_both
        on recommendations.item_id = bought_both.item_id
        and recommendations.recommended_item_id = bought_both.recommended_item_id

)

select
    item_id as said_of,
    recommended_item_id as said_to,
    reason
from pairs
where
    buyers_of_both < {{ fewest_people_named() }}
    or shared_users is null
    or shared_users <> {{ counted_people('buyers_of_both') }}
    or reason <> {{ dbt.concat([
        "'bought by '", as_text('shared_users'), "' customers or more who also bought '", 'item_name'
    ]) }}
union all
select
    reasons.because_item_id as said_of,
    reasons.user_id as said_to,
    reasons.reason
from {{ ref('also_bought', 'recommendation_reasons') }} as reasons
left join bought
    on reasons.user_id = bought.customer_id
    and reasons.because_item_id = bought.product_id
where
    reasons.because_item_id is not null
    and (
        bought.product_id is null
        or reasons.reason <> {{ dbt.concat(["'because you bought '", 'reasons.because_item_name']) }}
    )
