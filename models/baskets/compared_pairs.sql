{{ config(enabled=setting('basket_affinity')) }}

{#- Of each customer's baskets of about one size: do two items lie in one basket more often than their shares
    there explain (Mantel and Haenszel 1959)? Only the pairs that seem nearest are asked. -#}
{%- set asked_per_item = 20 -%}

with basket_lines as (

    select * from {{ ref('also_bought', 'basket_lines') }}
    where compared_baskets > 1

),

basket_pairs as (

    select * from {{ ref('also_bought', 'basket_pairs') }}

),

pairs_of_items as (

    select
        item_key,
        other_item_key,
        surplus
    from basket_pairs
    union all
    select
        other_item_key as item_key,
        item_key as other_item_key,
        surplus
    from basket_pairs

),

nearest as (

    select
        item_key,
        other_item_key,
        row_number() over (partition by item_key order by surplus desc, other_item_key asc) as place
    from pairs_of_items

),

asked as (

    select distinct
        least(item_key, other_item_key) as item_key,
        greatest(item_key, other_item_key) as other_item_key
    from nearest
    where place <= {{ asked_per_item }}

),

compared as (

    select
        compared_user_key,
        size_class,
        item_key,
        cast(max(compared_baskets) as {{ type_double() }}) as baskets,
        cast(count(*) as {{ type_double() }}) as baskets_with
    from basket_lines
    group by compared_user_key, size_class, item_key

),

chances as (

    select
        asked.item_key,
        asked.other_item_key,
        {{ exact_sum('mine.baskets_with * theirs.baskets_with / mine.baskets') }} as expected_count,
        {{ exact_sum(
            'mine.baskets_with * theirs.baskets_with * (mine.baskets - mine.baskets_with)'
            ' * (mine.baskets - theirs.baskets_with) / (mine.baskets * mine.baskets * (mine.baskets - 1))'
        ) }} as variance
    from asked
    inner join compared as mine on asked.item_key = mine.item_key
    inner join compared as theirs
        on asked.other_item_key = theirs.item_key
        and mine.compared_user_key = theirs.compared_user_key
        and mine.size_class = theirs.size_class
    group by asked.item_key, asked.other_item_key

),

compared_pairs as (

    select
        basket_pairs.item_key,
        basket_pairs.other_item_key,
        basket_pairs.customer_count,
        basket_pairs.compared_basket_count,
        basket_pairs.pair_count,
        chances.expected_count,
        chances.variance
    from basket_pairs
    inner join chances
        on basket_pairs.item_key = chances.item_key
        and basket_pairs.other_item_key = chances.other_item_key

)

select * from compared_pairs
