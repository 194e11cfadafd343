{#- Returns lists of users as merchandising rules place their rows, as the CTEs of a query that ends in `placed`. It takes
    relations: `rule_items` as `merchandised_items` has them, each with the name of a `rule_set` whose rules work
    together; `ranked`, the lists before, per rule set; and `pins` as `applied_pins` has them. What is blocked leaves its
    list. What is boosted or buried moves by ranks. Of what is capped the last leave, and what must not stand beside
    another item leaves where the other could stand among the first `length`. Pins come last and push the others down. -#}
{% macro placed_lists(ranked, rule_items, pins, length) %}

moves as (

    select
        rule_set,
        list,
        item_key,
        sum(case kind when 'boost' then -amount when 'bury' then amount else 0 end) as moved_by,
        max(case when kind in ('block', 'pin') then 1 else 0 end) as is_taken_out
    from {{ rule_items }}
    group by rule_set, list, item_key

),

-- A pinned row counts against a cap before all others.
moved as (

    select
        {{ ranked }}.rule_set,
        {{ ranked }}.cut_key,
        {{ ranked }}.user_key,
        {{ ranked }}.list,
        {{ ranked }}.item_key,
        false as is_pinned,
        {{ ranked }}.rank,
        coalesce(moves.moved_by, 0) as moved_by
    from {{ ranked }}
    left join moves
        on {{ ranked }}.rule_set = moves.rule_set
        and {{ ranked }}.list = moves.list
        and {{ ranked }}.item_key = moves.item_key
    where coalesce(moves.is_taken_out, 0) = 0
    union all
    select
        rule_set,
        cut_key,
        user_key,
        list,
        item_key,
        true as is_pinned,
        amount as rank,
        0 as moved_by
    from {{ pins }}

),

in_order as (

    select
        *,
        row_number() over (
            partition by rule_set, cut_key, user_key, list
            order by case when is_pinned then 0 else 1 end, rank + moved_by, moved_by, rank, item_key
        ) as place
    from moved

),

counted_for_caps as (

    select
        in_order.*,
        rules.amount,
        row_number() over (
            partition by {{ also_bought.list_key('in_order') }}, rules.rule_id order by in_order.place
        ) as place_in_cap
    from in_order
    inner join {{ rule_items }} as rules
        on in_order.rule_set = rules.rule_set
        and in_order.list = rules.list
        and in_order.item_key = rules.item_key
    where rules.kind = 'cap'

),

over_cap as (

    select distinct
        rule_set,
        cut_key,
        user_key,
        list,
        item_key
    from counted_for_caps
    where place_in_cap > amount and not is_pinned

),

under_cap as (

    select
        {{ also_bought.list_key('in_order') }},
        in_order.item_key,
        in_order.is_pinned,
        in_order.moved_by,
        row_number() over (
            partition by {{ also_bought.list_key('in_order') }} order by in_order.place
        ) as place
    from in_order
    left join over_cap
        on {{ also_bought.same_list('in_order', 'over_cap') }}
        and in_order.item_key = over_cap.item_key
    where over_cap.item_key is null

),

not_beside as (

    select
        {{ also_bought.list_key('under_cap') }},
        under_cap.item_key,
        rules.beside_item_key,
        count(*) over (partition by {{ also_bought.list_key('under_cap') }}) as row_count
    from under_cap
    inner join {{ rule_items }} as rules
        on under_cap.rule_set = rules.rule_set
        and under_cap.list = rules.list
        and under_cap.item_key = rules.item_key
    where rules.kind = 'never_beside'

),

-- What leaves lets others move up, by as many ranks as there are such rows.
kept_apart as (

    select distinct
        {{ also_bought.list_key('not_beside') }},
        not_beside.item_key
    from not_beside
    inner join under_cap as others
        on {{ also_bought.same_list('not_beside', 'others') }}
        and not_beside.beside_item_key = others.item_key
    where others.place <= {{ length }} + not_beside.row_count

),

unpinned as (

    select
        {{ also_bought.list_key('under_cap') }},
        under_cap.item_key,
        under_cap.moved_by,
        row_number() over (
            partition by {{ also_bought.list_key('under_cap') }} order by under_cap.place
        ) as place
    from under_cap
    left join kept_apart
        on {{ also_bought.same_list('under_cap', 'kept_apart') }}
        and under_cap.item_key = kept_apart.item_key
    where kept_apart.item_key is null and not under_cap.is_pinned

),

numbered_pins as (

    select
        *,
        row_number() over (partition by rule_set, cut_key, user_key, list order by amount) as pin_number
    from {{ pins }}

),

-- The others fill the ranks that no pin takes.
pushed_down as (

    select
        {{ also_bought.list_key('unpinned') }},
        unpinned.item_key,
        unpinned.moved_by <> 0 as is_placed,
        unpinned.place + count(numbered_pins.item_key) as place
    from unpinned
    left join numbered_pins
        on {{ also_bought.same_list('unpinned', 'numbered_pins') }}
        and numbered_pins.amount - numbered_pins.pin_number < unpinned.place
    group by
        {{ also_bought.list_key('unpinned') }},
        unpinned.item_key,
        unpinned.moved_by,
        unpinned.place

),

with_pins as (

    select * from pushed_down
    union all
    select
        rule_set,
        cut_key,
        user_key,
        list,
        item_key,
        true as is_placed,
        amount as place
    from {{ pins }}

),

-- A list that is too short for a pin's rank has no gap before it.
placed as (

    select
        rule_set,
        cut_key,
        user_key,
        list,
        item_key,
        is_placed,
        row_number() over (partition by rule_set, cut_key, user_key, list order by place) as rank
    from with_pins

)
{% endmacro %}


{#- Returns the columns of a relation that say which list a row is of. -#}
{% macro list_key(relation) -%}
    {{ relation }}.rule_set, {{ relation }}.cut_key, {{ relation }}.user_key, {{ relation }}.list
{%- endmacro %}


{#- Returns the condition that two rows are of one list. -#}
{% macro same_list(left, right) -%}
    {{ left }}.rule_set = {{ right }}.rule_set
        and {{ left }}.cut_key = {{ right }}.cut_key
        and {{ left }}.user_key = {{ right }}.user_key
        and {{ left }}.list = {{ right }}.list
{%- endmacro %}


{#- Returns the pins of each user, as the CTEs of a query that ends in `applied_pins`: what is on sale, was not given back
    by the user, and is of a kind that the list may hold. The query has `cut_users` (users of one cut), `eligible_items`,
    `history`, `returned_items`, `list_kinds` and `rule_items` before it. -#}
{% macro applied_pins() %}

wanted_pins as (

    select
        rule_items.rule_set,
        rule_items.list,
        rule_items.item_key,
        rule_items.amount,
        cut_users.cut_key,
        cut_users.user_key,
        history.item_key is not null as is_bought
    from rule_items
    inner join eligible_items on rule_items.item_key = eligible_items.item_key
    inner join cut_users
        on eligible_items.cut_key = cut_users.cut_key
        and rule_items.list = cut_users.list
    left join history
        on cut_users.cut_key = history.cut_key
        and cut_users.user_key = history.user_key
        and rule_items.item_key = history.item_key
    left join returned_items
        on cut_users.cut_key = returned_items.cut_key
        and cut_users.user_key = returned_items.user_key
        and rule_items.item_key = returned_items.item_key
    where rule_items.kind = 'pin' and returned_items.item_key is null

),

applied_pins as (

    select wanted_pins.*
    from wanted_pins
    {{- also_bought.joined_marks('wanted_pins') }}
    inner join list_kinds
        on wanted_pins.list = list_kinds.list
        and {{ also_bought.is_held_by_list('list_kinds', 'wanted_pins.is_bought') }}

)
{% endmacro %}
