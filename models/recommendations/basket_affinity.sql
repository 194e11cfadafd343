{{ config(enabled=setting('basket_affinity')) }}

{#- Small counts are damped: as if each pair had this many baskets more, by chance. -#}
{%- set damping = 5 -%}

with compared_pairs as (

    select * from {{ ref('also_bought', 'compared_pairs') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where {{ is_production() }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

bought_together as (

    select
        item_key,
        other_item_key,
        {{ counted_people('customer_count') }} as customer_count,
        {{ coarse_score(
            '(compared_basket_count + ' ~ damping ~ ') / (expected_count + ' ~ damping ~ ')'
        ) }} as lift
    from compared_pairs
    where
        variance > 0
        -- Half a basket less: counts are whole, the normal score is not.
        and {{ is_bought_together(
            '(compared_basket_count - expected_count - 0.5) / sqrt(variance)', 'pair_count'
        ) }}

),

both_ways as (

    select * from bought_together
    union all
    select
        other_item_key as item_key,
        item_key as other_item_key,
        customer_count,
        lift
    from bought_together

),

ranked as (

    select
        both_ways.*,
        row_number() over (
            partition by both_ways.item_key
            order by both_ways.lift desc, both_ways.other_item_key asc
        ) as rank
    from both_ways
    inner join eligible_items on both_ways.other_item_key = eligible_items.item_key

),

basket_affinity as (

    select
        sources.item_id,
        sources.item_name,
        cast(ranked.rank as {{ dbt.type_int() }}) as rank,
        recommended.item_id as recommended_item_id,
        recommended.item_name as recommended_item_name,
        ranked.customer_count,
        cast(ranked.lift as {{ type_double() }}) as lift,
        {{ sentence('{ranked.customer_count} customers put it into one order with {sources.item_name}') }}
            as reason
    from ranked
    inner join items as sources on ranked.item_key = sources.item_key
    inner join items as recommended on ranked.other_item_key = recommended.item_key
    where ranked.rank <= {{ setting('recommendations_per_list') }}

)

select * from basket_affinity
