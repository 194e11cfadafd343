{{ config(enabled=setting('basket_affinity')) }}

with basket_lines as (

    select * from {{ ref('also_bought', 'basket_lines') }}

),

items as (

    select
        item_key,
        count(*) as basket_count
    from basket_lines
    group by item_key
    having count(distinct user_key) >= {{ fewest_people_named() }}

),

lines as (

    select basket_lines.*
    from basket_lines
    inner join items on basket_lines.item_key = items.item_key

),

-- Counted by customer first: a distinct count of each pair would keep every customer of every pair.
pairs_of_users as (

    select
        mine.item_key,
        theirs.item_key as other_item_key,
        mine.user_key,
        count(*) as basket_count,
        sum(case when mine.compared_baskets > 1 then 1 else 0 end) as compared_basket_count
    from lines as mine
    inner join lines as theirs
        on mine.basket_key = theirs.basket_key
        and mine.item_key < theirs.item_key
    group by mine.item_key, theirs.item_key, mine.user_key

),

pairs as (

    select
        item_key,
        other_item_key,
        count(*) as customer_count,
        cast(sum(basket_count) as {{ dbt.type_bigint() }}) as basket_count,
        cast(sum(compared_basket_count) as {{ dbt.type_bigint() }}) as compared_basket_count
    from pairs_of_users
    group by item_key, other_item_key
    having count(*) >= {{ fewest_people_named() }}

),

baskets as (

    select count(distinct basket_key) as basket_count
    from basket_lines

),

-- What the shares of the two items alone would put into one basket.
expected as (

    select
        pairs.*,
        cast(mine.basket_count as {{ type_double() }}) * theirs.basket_count / baskets.basket_count
            as expected_count,
        count(*) over () as pair_count
    from pairs
    inner join items as mine on pairs.item_key = mine.item_key
    inner join items as theirs on pairs.other_item_key = theirs.item_key
    cross join baskets

)

select
    item_key,
    other_item_key,
    customer_count,
    basket_count,
    compared_basket_count,
    pair_count,
    (basket_count - expected_count) / sqrt(expected_count) as surplus
from expected
