{#- What a customer's list shows beside what the customer bought, category by category. -#}

with ranking as (

    select * from {{ ref('also_bought', 'published_ranking') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_production() }}

),

categories as (

    select
        items.item_key,
        catalogue.category
    from {{ ref('also_bought', 'items') }} as items
    inner join {{ ref('also_bought', 'catalogue') }} as catalogue on items.item_id = catalogue.product_id

),

list_lengths as (

    select
        list,
        user_key,
        count(*) as row_count
    from ranking
    group by list, user_key

),

bought_counts as (

    select
        user_key,
        count(*) as item_count
    from history
    group by user_key

),

user_counts as (

    select
        list,
        count(*) as user_count
    from list_lengths
    group by list

),

shares as (

    select
        ranking.list,
        ranking.user_key,
        categories.category,
        1 / cast(list_lengths.row_count as {{ type_double() }}) as shown_share,
        cast(0 as {{ type_double() }}) as bought_share
    from ranking
    inner join list_lengths
        on ranking.list = list_lengths.list
        and ranking.user_key = list_lengths.user_key
    inner join categories on ranking.item_key = categories.item_key
    union all
    select
        list_lengths.list,
        history.user_key,
        categories.category,
        cast(0 as {{ type_double() }}) as shown_share,
        1 / cast(bought_counts.item_count as {{ type_double() }}) as bought_share
    from history
    inner join list_lengths on history.user_key = list_lengths.user_key
    inner join bought_counts on history.user_key = bought_counts.user_key
    inner join categories on history.item_key = categories.item_key

),

of_users as (

    select
        list,
        user_key,
        category,
        {{ exact_sum('shown_share', decimals=15) }} as shown_share,
        {{ exact_sum('bought_share', decimals=15) }} as bought_share
    from shares
    where category is not null
    group by list, user_key, category

),

of_categories as (

    select
        of_users.list,
        of_users.category,
        count(*) as people,
        max(user_counts.user_count) as user_count,
        {{ exact_sum('of_users.shown_share', decimals=15) }} / max(user_counts.user_count) as shown_share,
        {{ exact_sum('of_users.bought_share', decimals=15) }} / max(user_counts.user_count) as bought_share,
        {{ mean_with_interval(
            'of_users.shown_share - of_users.bought_share', 'gap_', 'max(user_counts.user_count)'
        ) }}
    from of_users
    inner join user_counts on of_users.list = user_counts.list
    group by of_users.list, of_users.category

)

select
    list,
    category,
    cast({{ counted_people('user_count') }} as {{ dbt.type_bigint() }}) as user_count,
    shown_share,
    bought_share,
    gap_mean as gap,
    gap_low,
    gap_high
from of_categories
where people >= greatest({{ fewest_users_of_a_group() }}, {{ fewest_people_named() }})
