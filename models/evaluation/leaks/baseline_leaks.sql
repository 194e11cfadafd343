{#- A list is flattered by a baseline that is not the best it could be. -#}
{%- set lists_with_new_items = ["''"] -%}
{%- for list, definition in lists().items() if 'new' in definition.holds -%}
{%- do lists_with_new_items.append("'" ~ list ~ "'") -%}
{%- endfor %}

with past_lists as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}

),

past_item_lists as (

    select * from {{ ref('also_bought', 'ranked_item_lists') }}

),

stale_counts as (

    select
        cut_key,
        count(*) as item_count
    from {{ ref('also_bought', 'stale_items') }}
    group by cut_key

),

purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

item_popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_past() }}

),

bought_counts as (

    select
        cut_key,
        user_key,
        count(*) as item_count
    from purchases
    group by cut_key, user_key

),

given_back_counts as (

    select
        cut_key,
        user_key,
        count(*) as item_count
    from {{ ref('also_bought', 'recounted_returns') }}
    group by cut_key, user_key

),

own_ranks as (

    select
        purchases.cut_key,
        purchases.user_key,
        purchases.item_key,
        rank() over (
            partition by purchases.cut_key, purchases.user_key order by purchases.order_count desc
        ) as own_rank
    from purchases
    inner join eligible_items
        on purchases.cut_key = eligible_items.cut_key
        and purchases.item_key = eligible_items.item_key

),

-- Where a list leaves out n items, an item of rank r in the catalogue has rank r - n at the earliest.
weak_rows as (

    select count(*) as found
    from past_lists
    inner join bought_counts
        on past_lists.cut_key = bought_counts.cut_key
        and past_lists.user_key = bought_counts.user_key
    inner join item_popularity
        on past_lists.cut_key = item_popularity.cut_key
        and past_lists.item_key = item_popularity.item_key
    left join given_back_counts
        on past_lists.cut_key = given_back_counts.cut_key
        and past_lists.user_key = given_back_counts.user_key
    left join own_ranks
        on past_lists.cut_key = own_ranks.cut_key
        and past_lists.user_key = own_ranks.user_key
        and past_lists.item_key = own_ranks.item_key
    where
        (
            past_lists.list in ({{ lists_with_new_items | join(', ') }})
            and case past_lists.recommender
                {%- for name, window in sales_windows().items() %}
                when 'top_sellers_{{ name }}' then item_popularity.{{ window.rank }}
                {%- endfor %}
            end > past_lists.rank
            + case when past_lists.is_bought then 0 else bought_counts.item_count end
            + coalesce(given_back_counts.item_count, 0)
        )
        or (
            past_lists.recommender = 'own_frequency'
            and own_ranks.own_rank > past_lists.rank
        )

),

-- A list beside an item leaves out that item and what is stale.
weak_item_rows as (

    select count(*) as found
    from past_item_lists
    inner join item_popularity
        on past_item_lists.cut_key = item_popularity.cut_key
        and past_item_lists.item_key = item_popularity.item_key
    left join stale_counts on past_item_lists.cut_key = stale_counts.cut_key
    where
        case past_item_lists.recommender
            {%- for name, window in sales_windows().items() %}
            when 'top_sellers_{{ name }}' then item_popularity.{{ window.rank }}
            {%- endfor %}
        end > past_item_lists.rank + 1 + coalesce(stale_counts.item_count, 0)

),

list_lengths as (

    {%- for relation in ['past_lists', 'past_item_lists'] %}
    select
        cut_key,
        user_key,
        list,
        recommender,
        count(*) as row_count
    from {{ relation }}
    group by cut_key, user_key, list, recommender
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

short_lists as (

    select count(*) as found
    from list_lengths as ours
    inner join list_lengths as theirs
        on ours.cut_key = theirs.cut_key
        and ours.user_key = theirs.user_key
        and ours.list = theirs.list
    where ours.recommender = 'also_bought' and theirs.row_count < ours.row_count

),

baseline_too_weak as (

    select weak_rows.found + weak_item_rows.found + short_lists.found as found
    from weak_rows
    cross join weak_item_rows
    cross join short_lists

),

findings as (
    {{ counted_leaks(['baseline_too_weak']) }}
)

select * from findings
