{#- Each rule alone on the latest past cut: what each judged user finds in the list with it and without. -#}
{{ config(enabled=setting('merchandising_rules') is not none) }}
{%- set depth = setting('evaluated_ranks') %}

with rule_items as (

    select
        *,
        rule_id as rule_set
    from {{ ref('also_bought', 'merchandised_items') }}
    where not has_ended

),

targets as (
    select * from {{ ref('also_bought', 'targets') }}
    where {{ is_reported() }}
),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

list_kinds as (
    {{ list_kinds() }}
),

prices as (

    select
        items.item_key,
        catalogue.price
    from {{ ref('also_bought', 'items') }} as items
    inner join {{ ref('also_bought', 'catalogue') }} as catalogue on items.item_id = catalogue.product_id

),

ideal_gains as (
    {{ ideal_gains() }}
),

cut_users as (
    {{ target_counts('targets') }}
),

rules_of_lists as (

    select distinct
        rule_set,
        list
    from rule_items

),

without_rule as (

    select
        rules_of_lists.rule_set,
        ranked.cut_key,
        ranked.user_key,
        ranked.list,
        ranked.item_key,
        ranked.rank
    from {{ ref('also_bought', 'ranked_candidates') }} as ranked
    inner join {{ ref('also_bought', 'recommendation_verdicts') }} as verdicts
        on ranked.list = verdicts.list
        and ranked.recommender = verdicts.published_recommender
    inner join cut_users
        on ranked.cut_key = cut_users.cut_key
        and ranked.user_key = cut_users.user_key
        and ranked.list = cut_users.list
    inner join rules_of_lists on ranked.list = rules_of_lists.list

),

{{ applied_pins() }},

{{ placed_lists('without_rule', 'rule_items', 'applied_pins', depth) }},

shown as (

    {%- for relation in ['without_rule', 'placed'] %}
    select
        rule_set,
        cut_key,
        user_key,
        list,
        item_key,
        rank,
        {{ 'true' if relation == 'placed' else 'false' }} as has_rule
    from {{ relation }}
    where rank <= {{ depth }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

found as (

    select
        shown.rule_set,
        shown.user_key,
        shown.list,
        shown.has_rule,
        max(cut_users.target_count) as target_count,
        least(max(cut_users.target_count), {{ depth }}) as reachable_hits,
        count(targets.item_key) as hit_count,
        {{ exact_sum(
            'case when targets.item_key is null then 0 else ' ~ rank_discount('shown.rank') ~ ' end', decimals=15
        ) }} as discounted_gain,
        sum(case when targets.item_key is null then 0 else coalesce(prices.price, 0) end) as revenue
    from shown
    inner join cut_users
        on shown.cut_key = cut_users.cut_key
        and shown.user_key = cut_users.user_key
        and shown.list = cut_users.list
    inner join prices on shown.item_key = prices.item_key
    left join targets
        on shown.cut_key = targets.cut_key
        and shown.user_key = targets.user_key
        and shown.list = targets.list
        and shown.item_key = targets.item_key
    group by shown.rule_set, shown.user_key, shown.list, shown.has_rule

)

select
    found.rule_set as rule_id,
    found.list,
    found.user_key,
    found.has_rule,
    {{ ranking_metrics().recall.value }} as recall,
    {{ ranking_metrics().ndcg.value }} as ndcg,
    found.revenue
from found
inner join ideal_gains on found.reachable_hits = ideal_gains.reachable_hits
