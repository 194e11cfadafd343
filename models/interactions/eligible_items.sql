with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

eligible_items as (

    select
        cuts.cut_key,
        items.item_key
    from cuts
    cross join items
    where {{ is_eligible('items', 'cuts.eligibility_judged_at', 'cuts.cut_key = 0') }}

)

select * from eligible_items
