{#- Lists of which it is known beforehand how they must do. Where they do not, the measuring is wrong.
    random: the items sold before the cut as a hash has shuffled them, each user starting elsewhere.
    stranger: our list of another user, which knows the shop but not the user.
    oracle: the targets themselves, which every metric must find perfect. -#}
{%- set longest = also_bought.evaluated_depths() | max -%}

with targets as (

    select * from {{ ref('also_bought', 'targets') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_history') }}
    where cut_key > 0

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}
    where cut_key > 0

),

ranked_candidates as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}
    where recommender = 'also_bought' and rank <= {{ longest }}

),

users_to_judge as (

    select distinct
        cut_key,
        list,
        user_key
    from targets

),

judged_users as (

    select distinct
        cut_key,
        user_key
    from users_to_judge

),

shuffled_items as (

    select
        cut_key,
        item_key,
        row_number() over (partition by cut_key order by {{ dbt.hash('item_key') }}, item_key) - 1
            as place,
        count(*) over (partition by cut_key) as item_count
    from {{ ref('also_bought', 'item_popularity') }}
    where cut_key > 0

),

item_counts as (

    select distinct
        cut_key,
        item_count
    from shuffled_items

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

judged_items as (

    select
        known_items.cut_key,
        known_items.user_key,
        row_number() over (
            partition by known_items.cut_key, known_items.user_key
            order by known_items.item_key
        ) - 1 as step
    from known_items
    inner join judged_users
        on known_items.cut_key = judged_users.cut_key
        and known_items.user_key = judged_users.user_key

),

known_counts as (

    select
        cut_key,
        user_key,
        count(*) as known_item_count
    from judged_items
    group by cut_key, user_key

),

-- A prime stride spreads the users' first items over the shuffled catalogue.
starts as (

    select
        known_counts.cut_key,
        known_counts.user_key,
        item_counts.item_count,
        mod(
            7919 * row_number() over (
                partition by known_counts.cut_key
                order by {{ dbt.hash('known_counts.user_key') }}, known_counts.user_key
            ),
            item_counts.item_count
        ) as first_place
    from known_counts
    inner join item_counts on known_counts.cut_key = item_counts.cut_key

),

-- Who knows n items meets at most n of them before the list is full: that many steps and the list's own.
steps as (

    select
        cut_key,
        user_key,
        step
    from judged_items
    {%- for extra in range(longest) %}
    union all
    select
        cut_key,
        user_key,
        known_item_count + {{ extra }} as step
    from known_counts
    {%- endfor %}

),

places as (

    select
        starts.cut_key,
        starts.user_key,
        steps.step,
        mod(starts.first_place + steps.step, starts.item_count) as place
    from starts
    inner join steps
        on starts.cut_key = steps.cut_key
        and starts.user_key = steps.user_key
    where steps.step < starts.item_count

),

walks as (

    select
        places.cut_key,
        places.user_key,
        places.step,
        shuffled_items.item_key
    from places
    inner join shuffled_items
        on places.cut_key = shuffled_items.cut_key
        and places.place = shuffled_items.place

),

drawn as (

    select
        walks.cut_key,
        walks.user_key,
        'explore' as list,
        walks.item_key,
        walks.step
    from walks
    left join known_items
        on walks.cut_key = known_items.cut_key
        and walks.user_key = known_items.user_key
        and walks.item_key = known_items.item_key
    where known_items.item_key is null
    union all
    select
        history.cut_key,
        history.user_key,
        'buy_again',
        history.item_key,
        mod(shuffled_items.place - starts.first_place + starts.item_count, starts.item_count)
    from history
    inner join starts
        on history.cut_key = starts.cut_key
        and history.user_key = starts.user_key
    inner join shuffled_items
        on history.cut_key = shuffled_items.cut_key
        and history.item_key = shuffled_items.item_key
    union all
    select
        walks.cut_key,
        walks.user_key,
        'for_you',
        walks.item_key,
        walks.step
    from walks
    left join returned_items
        on walks.cut_key = returned_items.cut_key
        and walks.user_key = returned_items.user_key
        and walks.item_key = returned_items.item_key
    where returned_items.item_key is null

),

random_lists as (

    select
        drawn.cut_key,
        drawn.user_key,
        drawn.list,
        'random' as recommender,
        row_number() over (
            partition by drawn.cut_key, drawn.user_key, drawn.list
            order by drawn.step, drawn.item_key
        ) as place,
        drawn.item_key
    from drawn
    inner join users_to_judge
        on drawn.cut_key = users_to_judge.cut_key
        and drawn.user_key = users_to_judge.user_key
        and drawn.list = users_to_judge.list

),

users_in_a_circle as (

    select
        cut_key,
        list,
        user_key,
        coalesce(
            lead(user_key) over (
                partition by cut_key, list order by {{ dbt.hash('user_key') }}, user_key
            ),
            first_value(user_key) over (
                partition by cut_key, list order by {{ dbt.hash('user_key') }}, user_key
            )
        ) as stranger_key
    from users_to_judge

),

strangers_lists as (

    select
        users_in_a_circle.cut_key,
        users_in_a_circle.user_key,
        users_in_a_circle.list,
        'stranger' as recommender,
        ranked_candidates.rank as place,
        ranked_candidates.item_key
    from users_in_a_circle
    inner join ranked_candidates
        on users_in_a_circle.cut_key = ranked_candidates.cut_key
        and users_in_a_circle.list = ranked_candidates.list
        and users_in_a_circle.stranger_key = ranked_candidates.user_key
    where users_in_a_circle.stranger_key <> users_in_a_circle.user_key

),

oracles_lists as (

    select
        cut_key,
        user_key,
        list,
        'oracle' as recommender,
        row_number() over (
            partition by cut_key, user_key, list
            order by case when is_in_next_basket then 0 else 1 end, item_key
        ) as place,
        item_key
    from targets

),

control_lists as (

    {%- for lists in ['random_lists', 'strangers_lists', 'oracles_lists'] %}
    select
        cut_key,
        user_key,
        list,
        recommender,
        cast(place as {{ dbt.type_int() }}) as rank,
        item_key
    from {{ lists }}
    where place <= {{ longest }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from control_lists
