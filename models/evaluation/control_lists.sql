{#- Lists of which it is known beforehand how they must do. Where they do not, the measuring is wrong.
    random: the items sold before the cut in an order of chance.
    stranger: our list of another user, or beside the item that another gave, which knows the shop but not the user.
    oracle: the targets themselves, which every metric must find perfect. -#}
{%- set longest = also_bought.evaluated_depths() | max -%}

with targets as (

    select * from {{ ref('also_bought', 'targets') }}
    where {{ is_reported() }}

),

items_by_chance as (

    select * from {{ ref('also_bought', 'items_by_chance') }}

),

past_lists as (
    {{ past_lists() }}
),

given_items as (

    select * from {{ ref('also_bought', 'given_items') }}

),

list_kinds as (
    {{ list_kinds(dict(lists(), with_item={'holds': ['bought', 'new']})) }}
),

users_to_judge as (

    select distinct
        cut_key,
        list,
        user_key
    from targets

),

random_lists as (

    select
        drawn.cut_key,
        drawn.user_key,
        list_kinds.list,
        'random' as recommender,
        row_number() over (
            partition by drawn.cut_key, drawn.user_key, list_kinds.list
            order by drawn.step, drawn.item_key
        ) as rank,
        drawn.item_key
    from items_by_chance as drawn
    {{- joined_marks('drawn') }}
    inner join list_kinds
        on {{ is_held_by_list('list_kinds', 'drawn.is_bought') }}
    inner join users_to_judge
        on drawn.cut_key = users_to_judge.cut_key
        and drawn.user_key = users_to_judge.user_key
        and list_kinds.list = users_to_judge.list
    left join given_items
        on drawn.cut_key = given_items.cut_key
        and drawn.user_key = given_items.user_key
        and drawn.item_key = given_items.item_key
        and list_kinds.list = 'with_item'
    where given_items.item_key is null

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
        past_lists.rank,
        past_lists.item_key
    from users_in_a_circle
    inner join past_lists
        on users_in_a_circle.cut_key = past_lists.cut_key
        and users_in_a_circle.list = past_lists.list
        and users_in_a_circle.stranger_key = past_lists.user_key
    where
        users_in_a_circle.stranger_key <> users_in_a_circle.user_key
        and past_lists.recommender = 'also_bought'

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
        ) as rank,
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
        cast(rank as {{ dbt.type_int() }}) as rank,
        item_key
    from {{ lists }}
    where rank <= {{ longest }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from control_lists
