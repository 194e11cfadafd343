{#- A list is flattered by a baseline that is not the best it could be. -#}

with ranked_candidates as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}

),

stale_counts as (

    select
        cut_key,
        count(*) as item_count
    from {{ ref('also_bought', 'stale_items') }}
    group by cut_key

),

{%- for counts, relation in {
    'bought_counts': 'recounted_purchases', 'given_back_counts': 'recounted_returns'
}.items() %}

{{ counts }} as (

    select
        cut_key,
        user_key,
        count(*) as item_count
    from {{ ref('also_bought', relation) }}
    group by cut_key, user_key

),
{%- endfor %}

own_ranks as (

    select
        purchases.cut_key,
        purchases.user_key,
        purchases.item_key,
        rank() over (
            partition by purchases.cut_key, purchases.user_key order by purchases.order_count desc
        ) as own_rank
    from {{ ref('also_bought', 'recounted_purchases') }} as purchases
    inner join {{ ref('also_bought', 'eligible_items') }} as eligible_items
        on purchases.cut_key = eligible_items.cut_key
        and purchases.item_key = eligible_items.item_key

),

-- A list beside an item leaves out that item and what is stale.
ranks as (

    select
        ranked.cut_key,
        ranked.item_key,
        ranked.recommender,
        ranked.rank,
        case when ranked.is_bought then 0 else bought_counts.item_count end
        + coalesce(given_back_counts.item_count, 0) as left_out
    from ranked_candidates as ranked
    inner join bought_counts
        on ranked.cut_key = bought_counts.cut_key
        and ranked.user_key = bought_counts.user_key
    left join given_back_counts
        on ranked.cut_key = given_back_counts.cut_key
        and ranked.user_key = given_back_counts.user_key
    where ranked.list in ({{ list_names(['new']) }})
    union all
    select
        ranked.cut_key,
        ranked.item_key,
        ranked.recommender,
        ranked.rank,
        1 + coalesce(stale_counts.item_count, 0) as left_out
    from {{ ref('also_bought', 'ranked_item_lists') }} as ranked
    left join stale_counts on ranked.cut_key = stale_counts.cut_key

),

-- Where a list leaves out n items, an item of rank r in the catalogue has rank r - n at the earliest.
weak_rows as (

    select count(*) as found
    from ranks
    inner join {{ ref('also_bought', 'item_popularity') }} as item_popularity
        on ranks.cut_key = item_popularity.cut_key
        and ranks.item_key = item_popularity.item_key
    where
        case ranks.recommender
            {%- for name, window in sales_windows().items() %}
            when 'top_sellers_{{ name }}' then item_popularity.{{ window.rank }}
            {%- endfor %}
        end > ranks.rank + ranks.left_out

),

weak_own_rows as (

    select count(*) as found
    from ranked_candidates as ranked
    inner join own_ranks
        on ranked.cut_key = own_ranks.cut_key
        and ranked.user_key = own_ranks.user_key
        and ranked.item_key = own_ranks.item_key
    where
        ranked.recommender = 'own_frequency'
        and ranked.list in ({{ list_names(['bought']) }})
        and own_ranks.own_rank > ranked.rank

),

list_lengths as (

    select
        cut_key,
        user_key,
        list,
        recommender,
        count(*) as row_count
    from (
        {{ past_lists() }}
    ) as past_lists
    group by cut_key, user_key, list, recommender

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

    select weak_rows.found + weak_own_rows.found + short_lists.found as found
    from weak_rows
    cross join weak_own_rows
    cross join short_lists

),

findings as (
    {{ counted_leaks(['baseline_too_weak']) }}
)

select * from findings
