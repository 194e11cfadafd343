{#- Returns when some users buy an item again, as the CTEs of a query that ends in `repurchases`. It takes relations:
    `order_days`, one row per cut, user, item and day of an order before the cut; `cuts`; and `users`, those per cut who
    are wanted. All users say when an item is bought again, each with the median of their own gaps. A user's own gaps and
    the item's count together: the item's as two more gaps. -#}
{% macro repurchases(order_days, cuts, users) %}
{%- set of_user = 'cut_key, user_key, item_key' -%}
{%- set gaps_of_item = 'case when item_gaps.interval_days is null then 0 else 2 end' %}

days_in_order as (

    select
        *,
        lag(ordered_on) over (partition by {{ of_user }} order by ordered_on) as earlier_on
    from {{ order_days }}

),

gaps as (

    select
        cut_key,
        user_key,
        item_key,
        ordered_on,
        {{ dbt.datediff('earlier_on', 'ordered_on', 'day') }} as gap_days
    from days_in_order
    where earlier_on is not null

),

gaps_by_length as (

    select
        *,
        row_number() over (partition by {{ of_user }} order by gap_days, ordered_on) as place,
        count(*) over (partition by {{ of_user }}) as gap_count
    from gaps

),

medians_of_users as (

    select
        cut_key,
        user_key,
        item_key,
        gap_count,
        gap_days as interval_days
    from gaps_by_length
    where {{ also_bought.is_median('place', 'gap_count') }}

),

own_gaps as (

    select
        medians_of_users.cut_key,
        medians_of_users.user_key,
        medians_of_users.item_key,
        medians_of_users.gap_count,
        medians_of_users.interval_days,
        count(
            case when {{ also_bought.is_in_rhythm('gaps.gap_days', 'medians_of_users.interval_days') }} then 1 end
        ) as gaps_in_rhythm
    from medians_of_users
    inner join gaps
        on medians_of_users.cut_key = gaps.cut_key
        and medians_of_users.user_key = gaps.user_key
        and medians_of_users.item_key = gaps.item_key
    group by
        medians_of_users.cut_key,
        medians_of_users.user_key,
        medians_of_users.item_key,
        medians_of_users.gap_count,
        medians_of_users.interval_days

),

last_days as (

    select
        cut_key,
        user_key,
        item_key,
        max(ordered_on) as last_ordered_on
    from {{ order_days }}
    group by cut_key, user_key, item_key

),

buyers as (

    select
        cut_key,
        item_key,
        count(*) as buyer_count
    from last_days
    group by cut_key, item_key

),

users_by_interval as (

    select
        *,
        row_number() over (partition by cut_key, item_key order by interval_days, user_key) as place,
        count(*) over (partition by cut_key, item_key) as user_count
    from own_gaps

),

medians_of_items as (

    select
        users_by_interval.cut_key,
        users_by_interval.item_key,
        users_by_interval.interval_days,
        buyers.buyer_count
    from users_by_interval
    inner join buyers
        on users_by_interval.cut_key = buyers.cut_key
        and users_by_interval.item_key = buyers.item_key
    where
        {{ also_bought.is_median('users_by_interval.place', 'users_by_interval.user_count') }}
        and {{ also_bought.is_bought_again('users_by_interval.user_count', 'buyers.buyer_count') }}

),

item_gaps as (

    select
        medians_of_items.cut_key,
        medians_of_items.item_key,
        medians_of_items.interval_days,
        {{ also_bought.counted_people('count(*)') }}
        / cast(medians_of_items.buyer_count as {{ also_bought.type_double() }}) as share_in_rhythm
    from medians_of_items
    inner join own_gaps
        on medians_of_items.cut_key = own_gaps.cut_key
        and medians_of_items.item_key = own_gaps.item_key
        and {{ also_bought.is_in_rhythm('own_gaps.interval_days', 'medians_of_items.interval_days') }}
    group by
        medians_of_items.cut_key,
        medians_of_items.item_key,
        medians_of_items.interval_days,
        medians_of_items.buyer_count

),

known_intervals as (

    select
        last_days.cut_key,
        last_days.user_key,
        last_days.item_key,
        last_days.last_ordered_on,
        {{ dbt.datediff('last_days.last_ordered_on', cuts ~ '.cut_at', 'day') }} as days_since,
        coalesce(own_gaps.gap_count, 0) as own_gap_count,
        item_gaps.interval_days as item_interval_days,
        cast(floor(
            (coalesce(own_gaps.gap_count * own_gaps.interval_days, 0) + coalesce(2 * item_gaps.interval_days, 0))
            / cast(coalesce(own_gaps.gap_count, 0) + {{ gaps_of_item }} as {{ also_bought.type_double() }})
            + 0.5
        ) as {{ dbt.type_int() }}) as interval_days,
        (coalesce(own_gaps.gaps_in_rhythm, 0) + 2 * coalesce(item_gaps.share_in_rhythm, 0))
        / cast(coalesce(own_gaps.gap_count, 0) + 2 as {{ also_bought.type_double() }}) as certainty
    from last_days
    inner join {{ cuts }} on last_days.cut_key = {{ cuts }}.cut_key
    inner join {{ users }}
        on last_days.cut_key = {{ users }}.cut_key
        and last_days.user_key = {{ users }}.user_key
    left join own_gaps
        on last_days.cut_key = own_gaps.cut_key
        and last_days.user_key = own_gaps.user_key
        and last_days.item_key = own_gaps.item_key
    left join item_gaps
        on last_days.cut_key = item_gaps.cut_key
        and last_days.item_key = item_gaps.item_key
    -- Of a single gap nobody knows whether it is a rhythm.
    where own_gaps.gap_count > 1 or item_gaps.interval_days is not null

),

repurchases as (

    select
        *,
        case
            when {{ also_bought.is_due('days_since', 'interval_days') }}
                then certainty * interval_days / (interval_days + abs(days_since - interval_days))
            else 0
        end as due_again
    from known_intervals

)
{% endmacro %}


{#- Returns the condition for the row in the middle, the lower of two, of rows counted from 1. -#}
{% macro is_median(place, row_count) -%}
    (2 * {{ place }} in ({{ row_count }}, {{ row_count }} + 1))
{%- endmacro %}
