{#- Which purchases each return takes units from. It takes from the order that it names first, whatever the
    clock says, and what is left over from the customer's most recent earlier purchases. Each time it takes
    from the product itself, then from a variant where the parent came back, or from the parent where a
    variant did. -#}

{#- What a line says comes before where it stood: the same orders in other tables give the same returns. -#}
{%- set by_time = 'ordered_at, is_return, ' ~ byte_order('order_id')
    ~ ', quantity, unit_price nulls last, ' ~ byte_order('received_line_id') -%}
{#- What does not count is taken first, because an order that was refunded loses nothing twice; what nobody
    can read is taken last. -#}
{%- set within_order = "is_return, case when standing = 'rejected' then 0 when is_counted then 1 else 2 end, "
    ~ by_time -%}
{%- set parent_came_back = '(is_return = 0 or parent_product_id is null)' -%}
{%- set variant_came_back = '(is_return = 1 or parent_product_id is null)' -%}
{%- set piles_of_the_order = [
    ('customer_id, order_id, product_id', within_order, 'true'),
    ('customer_id, order_id, family_id', within_order, parent_came_back),
    ('customer_id, order_id, family_id', within_order, variant_came_back),
] -%}
{%- set piles_of_the_customer = [
    ('customer_id, product_id', by_time, 'is_counted'),
    ('customer_id, family_id', by_time, 'is_counted and ' ~ parent_came_back),
    ('customer_id, family_id', by_time, 'is_counted and ' ~ variant_came_back),
] -%}
{#- Most products have no variants, and need one pile of each kind. -#}
{%- set families = {
    'single': piles_of_the_order[:1] + piles_of_the_customer[:1],
    'variant': piles_of_the_order + piles_of_the_customer,
} -%}

with resolved as (

    select
        *,
        case when quantity < 0 then 1 else 0 end as is_return,
        coalesce(parent_product_id, product_id) as family_id
    from {{ ref('also_bought', 'resolved_order_lines') }}
    where exclusion is null

),

lines as (

    select
        *,
        abs(quantity) as units_there,
        abs(quantity) as units_left,
        is_return = 1 or {{ counts_as_purchase('order_status') }} as is_counted
    from resolved
    where standing = 'survivor' and (is_return = 0 or {{ counts_as_return('order_status') }})
    union all
    -- Of a faulty purchase nobody knows the units: what comes back to its order came back from it.
    select
        *,
        {{ largest_quantity() }} as units_there,
        {{ largest_quantity() }} as units_left,
        false as is_counted
    from resolved
    where standing = 'rejected' and is_return = 0 and reason <> 'price_adjustment'

),

returned_families as (

    select distinct
        customer_id,
        family_id
    from lines
    where is_return = 1

),

families_of_variants as (

    select distinct family_id
    from lines
    where parent_product_id is not null

),

{% for family, piles in families.items() -%}
{{ family }}_lines_0 as (

    select lines.*
    from lines
    inner join returned_families
        on lines.customer_id = returned_families.customer_id
        and lines.family_id = returned_families.family_id
    left join families_of_variants on lines.family_id = families_of_variants.family_id
    where families_of_variants.family_id is {{ 'null' if family == 'single' else 'not null' }}

),

{% for pile, line_order, takes_part in piles -%}
{{ family }}_lines_{{ loop.index }} as (

    {{ take_from_pile(family ~ '_lines_' ~ loop.index0, pile, line_order, takes_part) }}

),

{% endfor -%}
{% endfor -%}
matched as (

    {%- for family, piles in families.items() %}
    select
        received_line_id,
        is_return,
        cast(units_there - units_left as {{ dbt.type_bigint() }}) as matched_quantity
    from {{ family }}_lines_{{ piles | length }}
    where is_counted or units_left < units_there
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from matched
