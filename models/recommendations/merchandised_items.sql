{#- What each merchandising rule is about: the items of its category or brand, on each of its lists. -#}
{{ config(enabled=setting('merchandising_rules') is not none) }}
{%- do check_merchandising_rules() %}

with rules as (
    {{ typed_merchandising_rules() }}
),

lists as (

    select list from {{ ref('also_bought', 'list_definitions') }}
    where is_for = 'user'

),

catalogue as (

    select * from {{ ref('also_bought', 'catalogue') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

named_products as (

    select
        rules.rule_id,
        catalogue.product_id
    from rules
    inner join catalogue
        on rules.item_id = catalogue.product_id
        or rules.category = catalogue.category
        or rules.brand = catalogue.brand

),

merchandised_items as (

    select
        rules.rule_id,
        lists.list,
        items.item_key,
        rules.kind,
        rules.amount,
        beside.item_key as beside_item_key,
        {{ run_clock() }} >= rules.from_day
        and {{ run_clock() }} < {{ dbt.dateadd('day', 1, 'rules.to_day') }} as is_in_force,
        {{ run_clock() }} >= {{ dbt.dateadd('day', 1, 'rules.to_day') }} as has_ended
    from rules
    inner join lists on rules.list is null or rules.list = lists.list
    inner join named_products on rules.rule_id = named_products.rule_id
    inner join items on named_products.product_id = items.item_id
    left join items as beside on rules.beside_item_id = beside.item_id

)

select * from merchandised_items
