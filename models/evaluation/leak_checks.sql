{#- Does a list know what it could not have known, or is it flattered by how it is measured? What the other
    models did is counted again here, from the orders themselves. -#}
{%- set ranks = setting('evaluated_ranks') -%}
{%- set days_before = days_between('purchases.ordered_at', 'cuts.cut_at') -%}
{#- {check: what was found, after the number of findings; a check of its own kind says more}. -#}
{%- set findings = {
    'history_after_cut': 'rows of the history before a past cut are of orders after it',
    'history_miscounted': 'orders before the past cuts are missing in the history, or too many',
    'popularity_miscounted': 'orders before the past cuts are missing in the popularity, or too many',
    'evidence_miscounted': 'of the neighbours tried share more or fewer buyers or items than the orders before the cut say',
    'catalogue_of_another_day': 'items are judged for a past cut otherwise than as of that day',
    'catalogue_sampled': 'times a best seller is not among the candidates of a user',
    'unknown_items_listed': 'rows of past lists name an item that nobody had bought yet',
    'bought_items_explored': 'rows of past explore lists name an item that the user had bought',
    'returned_items_listed': 'rows of past lists name an item that the user had bought and given back',
    'targets_outside_window': 'targets are not of the days after the cut',
    'targets_left_out': 'purchases after a past cut are missing in the targets',
    'users_left_out': 'users with something to find are missing in the metrics, or too many',
    'hits_miscounted': 'hits differ from those counted again',
    'perfect_list_misjudged': 'metrics do not find the list of the answers perfect',
    'ndcg_above_its_hits': 'values of NDCG are higher than their hits allow',
    'baseline_too_weak': 'rows or lists of baselines are not the best that the baseline could name',
} -%}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where cut_key > 0

),

targets as (

    select * from {{ ref('also_bought', 'targets') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_history') }}
    where cut_key > 0

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}
    where cut_key > 0

),

item_popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where cut_key > 0

),

past_lists as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}

),

user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}

),

evaluated_cuts as (

    select distinct cut_key from past_lists

),

purchases as (

    select
        buyers.user_key,
        items.item_key,
        order_lines.order_id,
        min(order_lines.ordered_at) as ordered_at
    from {{ ref('also_bought', 'order_lines') }} as order_lines
    inner join {{ ref('also_bought', 'users') }} as buyers on order_lines.customer_id = buyers.user_id
    inner join items on order_lines.product_id = items.item_id
    group by buyers.user_key, items.item_key, order_lines.order_id

),

-- What each user had bought of each item when, and what each item had sold.
known as (

    select
        cuts.cut_key,
        purchases.user_key,
        purchases.item_key,
        {%- for window in sales_windows().values() if window.days %}
        sum(case when {{ days_before }} <= {{ window.days }} then 1 else 0 end) as {{ window.orders }},
        {%- endfor %}
        count(*) as order_count
    from cuts
    inner join purchases on cuts.cut_at > purchases.ordered_at
    group by cuts.cut_key, purchases.user_key, purchases.item_key

),

-- What users had had by the cut, and of which they had kept nothing.
given_back as (

    select
        cuts.cut_key,
        user_item_returns.user_key,
        user_item_returns.item_key
    from {{ ref('also_bought', 'user_item_returns') }} as user_item_returns
    inner join cuts on user_item_returns.first_known_at < cuts.cut_at
    left join known
        on cuts.cut_key = known.cut_key
        and user_item_returns.user_key = known.user_key
        and user_item_returns.item_key = known.item_key
    where known.item_key is null

),

known_users as (

    select
        cut_key,
        user_key,
        count(*) as bought_items
    from known
    group by cut_key, user_key

),

given_back_counts as (

    select
        cut_key,
        user_key,
        count(*) as item_count
    from given_back
    group by cut_key, user_key

),

known_items as (

    select
        cut_key,
        item_key,
        {%- for window in sales_windows().values() if window.days %}
        sum({{ window.orders }}) as {{ window.orders }},
        {%- endfor %}
        sum(order_count) as order_count
    from known
    group by cut_key, item_key

),

bought_after as (

    select distinct
        cuts.cut_key,
        purchases.user_key,
        purchases.item_key
    from cuts
    inner join purchases
        on {{ is_in_window_after_cut('purchases.ordered_at', 'cuts') }}
    inner join known_users
        on cuts.cut_key = known_users.cut_key
        and purchases.user_key = known_users.user_key
    inner join eligible_items
        on cuts.cut_key = eligible_items.cut_key
        and purchases.item_key = eligible_items.item_key
    left join given_back
        on cuts.cut_key = given_back.cut_key
        and purchases.user_key = given_back.user_key
        and purchases.item_key = given_back.item_key
    where given_back.item_key is null

),

history_after_cut as (

    select count(*) as found
    from history
    inner join cuts on history.cut_key = cuts.cut_key
    where history.last_ordered_at >= cuts.cut_at

),

history_miscounted as (

    select sum(abs(coalesce(history.order_count, 0) - coalesce(known.order_count, 0))) as found
    from history
    full outer join known
        on history.cut_key = known.cut_key
        and history.user_key = known.user_key
        and history.item_key = known.item_key

),

popularity_miscounted as (

    select
        sum(
            {%- for window in sales_windows().values() %}
            {{ '+ ' if not loop.first -}}
            abs(item_popularity.{{ window.orders }} - coalesce(known_items.{{ window.orders }}, 0))
            {%- endfor %}
        ) as found
    from item_popularity
    left join known_items
        on item_popularity.cut_key = known_items.cut_key
        and item_popularity.item_key = known_items.item_key

),

-- Some pairs are enough: who counts one of them wrongly counts them all.
neighbours_tried as (

    {%- for kind, shared in [('user', 'shared_items'), ('item', 'shared_users')] %}
    select
        '{{ kind }}' as neighbour_kind,
        cut_key,
        {{ kind }}_key as mine_key,
        neighbour_key,
        {{ shared }} as shared_count,
        row_number() over (
            order by {{ dbt.hash(dbt.concat([
                as_text('cut_key'), "'-'", as_text(kind ~ '_key'), "'-'", as_text('neighbour_key')
            ])) }}, cut_key, {{ kind }}_key, neighbour_key
        ) as place
    from {{ ref('also_bought', kind ~ '_neighbours_by_cut') }}
    where cut_key > 0 and rank <= 3
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

neighbours_recounted as (

    {%- for kind, column in [('user', 'item'), ('item', 'user')] %}
    select
        tried.cut_key,
        tried.mine_key,
        tried.neighbour_key,
        tried.shared_count,
        count(theirs.{{ kind }}_key) as recounted
    from neighbours_tried as tried
    left join known as mine
        on tried.cut_key = mine.cut_key
        and tried.mine_key = mine.{{ kind }}_key
    left join known as theirs
        on tried.cut_key = theirs.cut_key
        and tried.neighbour_key = theirs.{{ kind }}_key
        and mine.{{ column }}_key = theirs.{{ column }}_key
    where tried.neighbour_kind = '{{ kind }}' and tried.place <= 200
    group by tried.cut_key, tried.mine_key, tried.neighbour_key, tried.shared_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

evidence_miscounted as (

    select count(*) as found
    from neighbours_recounted
    where shared_count <> recounted

),

variants_of_the_day as (

    select
        cuts.cut_key,
        variants.parent_product_id as item_id,
        sum(
            case when {{ is_eligible('variants', 'cuts.cut_at', 'false') }} then 1 else 0 end
        ) as on_sale_count
    from cuts
    cross join {{ ref('also_bought', 'products') }} as variants
    where variants.parent_product_id is not null
    group by cuts.cut_key, variants.parent_product_id

),

items_of_the_day as (

    select
        cuts.cut_key,
        items.item_key
    from cuts
    cross join items
    left join variants_of_the_day
        on cuts.cut_key = variants_of_the_day.cut_key
        and items.item_id = variants_of_the_day.item_id
    where
        {{ is_eligible('items', 'cuts.cut_at', 'false') }}
        and coalesce(variants_of_the_day.on_sale_count, 1) > 0

),

catalogue_of_another_day as (

    select count(*) as found
    from items_of_the_day
    full outer join eligible_items
        on items_of_the_day.cut_key = eligible_items.cut_key
        and items_of_the_day.item_key = eligible_items.item_key
    where items_of_the_day.item_key is null or eligible_items.item_key is null

),

users_judged as (

    select distinct
        cut_key,
        user_key
    from targets

),

catalogue_sampled as (

    select count(*) as found
    from users_judged
    inner join item_popularity
        on users_judged.cut_key = item_popularity.cut_key
        and item_popularity.all_time_rank <= {{ ranks }}
    left join {{ ref('also_bought', 'candidates') }} as candidates
        on users_judged.cut_key = candidates.cut_key
        and users_judged.user_key = candidates.user_key
        and item_popularity.item_key = candidates.item_key
    left join given_back
        on users_judged.cut_key = given_back.cut_key
        and users_judged.user_key = given_back.user_key
        and item_popularity.item_key = given_back.item_key
    where candidates.item_key is null and given_back.item_key is null

),

unknown_items_listed as (

    select count(*) as found
    from past_lists
    left join known_items
        on past_lists.cut_key = known_items.cut_key
        and past_lists.item_key = known_items.item_key
    where known_items.item_key is null

),

bought_items_explored as (

    select count(*) as found
    from past_lists
    inner join known
        on past_lists.cut_key = known.cut_key
        and past_lists.user_key = known.user_key
        and past_lists.item_key = known.item_key
    where past_lists.list = 'explore'

),

returned_items_listed as (

    select count(*) as found
    from past_lists
    inner join given_back
        on past_lists.cut_key = given_back.cut_key
        and past_lists.user_key = given_back.user_key
        and past_lists.item_key = given_back.item_key

),

targets_outside_window as (

    select count(*) as found
    from targets
    left join bought_after
        on targets.cut_key = bought_after.cut_key
        and targets.user_key = bought_after.user_key
        and targets.item_key = bought_after.item_key
    where bought_after.item_key is null

),

targets_left_out as (

    select count(*) as found
    from bought_after
    inner join evaluated_cuts on bought_after.cut_key = evaluated_cuts.cut_key
    left join targets
        on bought_after.cut_key = targets.cut_key
        and bought_after.user_key = targets.user_key
        and bought_after.item_key = targets.item_key
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

hits_recounted as (

    select
        past_lists.cut_key,
        past_lists.list,
        past_lists.recommender,
        count(*) as hit_count
    from past_lists
    inner join targets
        on past_lists.cut_key = targets.cut_key
        and past_lists.user_key = targets.user_key
        and past_lists.list = targets.list
        and past_lists.item_key = targets.item_key
    where past_lists.rank <= {{ ranks }}
    group by past_lists.cut_key, past_lists.list, past_lists.recommender

),

hits_measured as (

    select
        cut_key,
        list,
        recommender,
        round({{ exact_sum('recall * target_count') }}) as hit_count
    from user_metrics
    where
        target_set = 'period'
        and evaluated_ranks = {{ ranks }}
        and recommender not in ('random', 'stranger', 'oracle')
    group by cut_key, list, recommender

),

hits_miscounted as (

    select sum(abs(hits_measured.hit_count - coalesce(hits_recounted.hit_count, 0))) as found
    from hits_measured
    left join hits_recounted
        on hits_measured.cut_key = hits_recounted.cut_key
        and hits_measured.list = hits_recounted.list
        and hits_measured.recommender = hits_recounted.recommender

),

perfect_list_misjudged as (

    select count(*) as found
    from user_metrics
    where
        recommender = 'oracle'
        and (
            abs(ndcg - 1) > 0.000000001
            or abs(average_precision - 1) > 0.000000001
            or reciprocal_rank <> 1
            or hit <> 1
            or abs(recall * target_count - least(target_count, evaluated_ranks)) > 0.000000001
            or abs(list_precision * evaluated_ranks - least(target_count, evaluated_ranks)) > 0.000000001
        )

),

ideal_gains as (
    {{ ideal_gains() }}
),

ndcg_above_its_hits as (

    select count(*) as found
    from user_metrics
    inner join ideal_gains as reachable
        on least(user_metrics.target_count, user_metrics.evaluated_ranks) = reachable.reachable_hits
    left join ideal_gains as reached on user_metrics.hit_count = reached.reachable_hits
    where
        user_metrics.ndcg
        > coalesce(reached.ideal_gain, 0) / reachable.ideal_gain + 0.000000001

),

own_ranks as (

    select
        history.cut_key,
        history.user_key,
        history.item_key,
        rank() over (
            partition by history.cut_key, history.user_key order by history.order_count desc
        ) as own_rank
    from history
    inner join eligible_items
        on history.cut_key = eligible_items.cut_key
        and history.item_key = eligible_items.item_key

),

-- Where a list leaves out n items, an item of rank r in the catalogue is at place r - n at the earliest.
weak_rows as (

    select count(*) as found
    from past_lists
    inner join known_users
        on past_lists.cut_key = known_users.cut_key
        and past_lists.user_key = known_users.user_key
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
            past_lists.list <> 'buy_again'
            and case past_lists.recommender
                {%- for name, window in sales_windows().items() %}
                when 'top_sellers_{{ name }}' then item_popularity.{{ window.rank }}
                {%- endfor %}
            end > past_lists.rank
            + case when past_lists.is_bought then 0 else known_users.bought_items end
            + coalesce(given_back_counts.item_count, 0)
        )
        or (
            past_lists.recommender = 'own_frequency'
            and own_ranks.own_rank > past_lists.rank
        )

),

list_lengths as (

    select
        cut_key,
        user_key,
        list,
        recommender,
        count(*) as row_count
    from past_lists
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

    select weak_rows.found + short_lists.found as found
    from weak_rows
    cross join short_lists

),

-- One person under two ids, the orders loaded twice: the one gives away the other.
signatures as (

    select
        count(*) as row_count,
        count(distinct item_key) as item_count,
        sum(cast(item_key as {{ dbt.type_bigint() }}) * item_key) as item_sum,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from purchases
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

-- Figures: over the cuts that are evaluated, by NDCG.
best_baselines as (

    select
        *,
        row_number() over (
            partition by cut_key, list order by baseline_mean desc, {{ byte_order('baseline') }} asc
        ) as place
    from {{ ref('also_bought', 'recommender_comparisons') }}
    where
        target_set = 'period'
        and segment = 'all'
        and metric = 'ndcg'
        and evaluated_ranks = {{ ranks }}
        and baseline not in ('random', 'our_explore_list')

),

too_good as (

    select
        list,
        max(difference_low / nullif(1 - baseline_mean, 0)) as found,
        max(case
            when {{ is_too_good('user_count', 'difference_low', 'baseline_mean') }} then 1 else 0
        end) as is_alarm
    from best_baselines
    where place = 1
    group by list

),

stranger_differences as (

    select
        strangers.list,
        top_sellers.recommender,
        count(*) as user_count,
        {{ exact_sum('top_sellers.ndcg', decimals=15) }} / count(*) as baseline_mean,
        {{ mean_with_interval('strangers.ndcg - top_sellers.ndcg', 'difference_') }}
    from user_metrics as strangers
    inner join user_metrics as top_sellers
        on strangers.cut_key = top_sellers.cut_key
        and strangers.user_key = top_sellers.user_key
        and strangers.list = top_sellers.list
        and strangers.target_set = top_sellers.target_set
        and strangers.evaluated_ranks = top_sellers.evaluated_ranks
    where
        strangers.recommender = 'stranger'
        and top_sellers.recommender like 'top_sellers%'
        and strangers.target_set = 'period'
        and strangers.evaluated_ranks = {{ ranks }}
    group by strangers.list, top_sellers.recommender

),

stranger_too_good as (

    select
        list,
        min(difference_low / nullif(baseline_mean, 0)) as found,
        min(case
            when {{ is_too_good_for_a_stranger('user_count', 'difference_low', 'baseline_mean') }}
                then 1
            else 0
        end) as is_alarm
    from stranger_differences
    group by list

),

checks as (

    {%- for check, finding in findings.items() %}
    select
        '{{ check }}' as check_name,
        'all' as list,
        cast(coalesce(found, 0) as {{ type_double() }}) as found,
        coalesce(found, 0) > 0 as is_alarm,
        {{ dbt.concat([
            as_text('cast(coalesce(found, 0) as ' ~ dbt.type_bigint() ~ ')'),
            "' " ~ finding ~ ".'"
        ]) }} as sentence
    from {{ check }}
    union all
    {%- endfor %}
    select
        'users_twice',
        'all',
        coalesce(found, 0),
        coalesce(found, 0) > 0.01,
        {{ dbt.concat([
            percentage('coalesce(found, 0)'),
            "' % of the users of five items and more bought the same at the same times as another; 1 % may.'"
        ]) }}
    from users_twice
    union all
    select
        'too_good',
        list,
        coalesce(found, 0),
        is_alarm = 1,
        {{ dbt.concat([
            "'Our list surely closes '", percentage('greatest(coalesce(found, 0), 0)'),
            "' % of what the best baseline misses; honest lists stay far below half.'"
        ]) }}
    from too_good
    union all
    select
        'stranger_too_good',
        list,
        coalesce(found, 0),
        is_alarm = 1,
        {{ dbt.concat([
            "'Given the list of another user, users find surely '",
            percentage('greatest(coalesce(found, 0), 0)'),
            "' % more than in top sellers; more than twice as much means that the list knows what will sell.'"
        ]) }}
    from stranger_too_good

)

select
    check_name,
    list,
    found,
    case when is_alarm then 'alarm' else 'ok' end as state,
    sentence
from checks
