{#- The truth that lists are compared with: is it all of the days after the cut, nothing else, and of each
    person once? -#}

with targets as (

    select
        targets.*,
        lists.is_for
    from {{ ref('also_bought', 'targets') }} as targets
    inner join {{ ref('also_bought', 'list_definitions') }} as lists on targets.list = lists.list

),

recounted_targets as (

    select * from {{ ref('also_bought', 'recounted_targets') }}

),

user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}

),

user_item_orders as (

    select * from {{ ref('also_bought', 'user_item_orders') }}

),

evaluated_cuts as (

    select distinct cut_key from {{ ref('also_bought', 'ranked_candidates') }}

),

targets_outside_window as (

    select count(*) as found
    from targets
    left join recounted_targets
        on targets.cut_key = recounted_targets.cut_key
        and targets.user_key = recounted_targets.user_key
        and targets.item_key = recounted_targets.item_key
        and targets.is_for = recounted_targets.is_for
    where recounted_targets.item_key is null

),

targets_left_out as (

    select count(*) as found
    from recounted_targets
    inner join evaluated_cuts on recounted_targets.cut_key = evaluated_cuts.cut_key
    left join targets
        on recounted_targets.cut_key = targets.cut_key
        and recounted_targets.user_key = targets.user_key
        and recounted_targets.item_key = targets.item_key
        and recounted_targets.is_for = targets.is_for
    where targets.item_key is null

),

users_to_judge as (

    select
        targets.cut_key,
        targets.list,
        count(distinct targets.user_key) as user_count
    from targets
    inner join evaluated_cuts on targets.cut_key = evaluated_cuts.cut_key
    group by targets.cut_key, targets.list

),

users_measured as (

    select
        cut_key,
        list,
        recommender,
        evaluated_ranks,
        count(*) as user_count
    from user_metrics
    where target_set = 'period'
    group by cut_key, list, recommender, evaluated_ranks

),

users_left_out as (

    select sum(abs(users_to_judge.user_count - coalesce(users_measured.user_count, 0))) as found
    from users_to_judge
    left join users_measured
        on users_to_judge.cut_key = users_measured.cut_key
        and users_to_judge.list = users_measured.list

),

-- One person under two ids, the orders loaded twice: the one gives away the other.
signatures as (

    select
        count(*) as row_count,
        count(distinct item_key) as item_count,
        sum(cast(item_key as {{ dbt.type_bigint() }}) * item_key) as item_sum,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from user_item_orders
    group by user_key
    having count(distinct item_key) >= 5

),

alike as (

    select count(*) as user_count
    from signatures
    group by row_count, item_count, item_sum, first_ordered_at, last_ordered_at

),

users_twice as (

    select
        cast(coalesce(sum(case when user_count > 1 then user_count end), 0) as {{ type_double() }})
        / nullif(sum(user_count), 0) as found
    from alike

),

findings as (
    {{ counted_leaks(['targets_outside_window', 'targets_left_out', 'users_left_out']) }}
    union all
    select
        'users_twice',
        'all',
        coalesce(found, 0),
        coalesce(found, 0) > 0.01,
        null
    from users_twice
)

select * from findings
