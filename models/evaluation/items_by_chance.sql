{#- The items sold before the reported cut in an order of chance: a hash shuffles them, and each user starts
    elsewhere. Who knows n items meets at most n of them before a list of new ones is full, so a walk is n
    steps longer than a list. -#}
{%- set longest = also_bought.evaluated_depths() | max -%}

with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_reported() }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}
    where {{ is_reported() }}

),

judged_users as (

    select distinct
        cut_key,
        user_key
    from {{ ref('also_bought', 'targets') }}
    where {{ is_reported() }}

),

shuffled_items as (

    select
        cut_key,
        item_key,
        row_number() over (partition by cut_key order by {{ dbt.hash('item_key') }}, item_key) - 1
            as slot,
        count(*) over (partition by cut_key) as item_count
    from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_reported() }}

),

known_items as (

    select
        cut_key,
        user_key,
        item_key
    from history
    union all
    select
        cut_key,
        user_key,
        item_key
    from returned_items

),

known_counts as (

    select
        judged_users.cut_key,
        judged_users.user_key,
        count(known_items.item_key) as known_item_count
    from judged_users
    left join known_items
        on judged_users.cut_key = known_items.cut_key
        and judged_users.user_key = known_items.user_key
    group by judged_users.cut_key, judged_users.user_key

),

-- A prime stride spreads the users' first items over the shuffled catalogue.
starts as (

    select
        known_counts.cut_key,
        known_counts.user_key,
        known_counts.known_item_count + {{ longest }} as step_count,
        shuffled_items.item_count,
        mod(
            7919 * row_number() over (
                partition by known_counts.cut_key
                order by {{ dbt.hash('known_counts.user_key') }}, known_counts.user_key
            ),
            shuffled_items.item_count
        ) as first_slot
    from known_counts
    inner join shuffled_items
        on known_counts.cut_key = shuffled_items.cut_key
        and shuffled_items.slot = 0

),

-- The places of the catalogue, counted from 0, number the steps.
walks as (

    select
        starts.cut_key,
        starts.user_key,
        steps.slot as step,
        mod(starts.first_slot + steps.slot, starts.item_count) as slot
    from starts
    inner join shuffled_items as steps
        on starts.cut_key = steps.cut_key
        and starts.step_count > steps.slot
    where steps.slot < (select max(longest_walk.step_count) from starts as longest_walk)

),

drawn as (

    select
        walks.cut_key,
        walks.user_key,
        shuffled_items.item_key,
        false as is_bought,
        walks.step
    from walks
    inner join shuffled_items
        on walks.cut_key = shuffled_items.cut_key
        and walks.slot = shuffled_items.slot
    left join known_items
        on walks.cut_key = known_items.cut_key
        and walks.user_key = known_items.user_key
        and shuffled_items.item_key = known_items.item_key
    where known_items.item_key is null
    union all
    select
        history.cut_key,
        history.user_key,
        history.item_key,
        true as is_bought,
        mod(shuffled_items.slot - starts.first_slot + starts.item_count, starts.item_count) as step
    from history
    inner join starts
        on history.cut_key = starts.cut_key
        and history.user_key = starts.user_key
    inner join shuffled_items
        on history.cut_key = shuffled_items.cut_key
        and history.item_key = shuffled_items.item_key

)

select * from drawn
