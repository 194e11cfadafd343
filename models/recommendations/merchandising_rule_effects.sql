{#- What each rule gains or costs on the latest past cut, and what all rules together change today. -#}
{{ config(enabled=setting('merchandising_rules') is not none) }}
{%- set metrics = ['recall', 'ndcg', 'revenue'] -%}
{%- set is_shown = 'measured.user_count >= ' ~ fewest_people_named() %}

with rules as (
    {{ typed_merchandising_rules() }}
),

rule_items as (

    select * from {{ ref('also_bought', 'merchandised_items') }}

),

before_rules as (

    select * from {{ ref('also_bought', 'published_ranking') }}
    where rank <= {{ setting('recommendations_per_list') }}

),

after_rules as (

    select * from {{ ref('also_bought', 'placed_ranking') }}

),

moved_rows as (

    select
        coalesce(after_rules.user_key, before_rules.user_key) as user_key,
        coalesce(after_rules.list, before_rules.list) as list,
        coalesce(after_rules.item_key, before_rules.item_key) as item_key
    from after_rules
    full outer join before_rules
        on after_rules.user_key = before_rules.user_key
        and after_rules.list = before_rules.list
        and after_rules.item_key = before_rules.item_key
    where coalesce(after_rules.rank, 0) <> coalesce(before_rules.rank, 0)

),

changes as (

    select
        rule_items.rule_id,
        rule_items.list,
        count(*) as row_count,
        count(distinct moved_rows.user_key) as user_count
    from rule_items
    inner join moved_rows
        on rule_items.list = moved_rows.list
        and rule_items.item_key = moved_rows.item_key
    where rule_items.is_in_force
    group by rule_items.rule_id, rule_items.list

),

pairs as (

    select
        without_rule.rule_id,
        without_rule.list,
        {%- for metric in metrics %}
        without_rule.{{ metric }},
        coalesce(with_rule.{{ metric }}, 0) - without_rule.{{ metric }} as {{ metric }}_difference,
        {%- endfor %}
        -- Prices of any size are brought between -1 and 1, for which sums are exact.
        max(greatest(coalesce(with_rule.revenue, 0), without_rule.revenue, 1)) over () as largest_revenue
    from {{ ref('also_bought', 'merchandising_trials') }} as without_rule
    left join {{ ref('also_bought', 'merchandising_trials') }} as with_rule
        on without_rule.rule_id = with_rule.rule_id
        and without_rule.list = with_rule.list
        and without_rule.user_key = with_rule.user_key
        and with_rule.has_rule
    where not without_rule.has_rule

),

measured as (

    select
        rule_id,
        list,
        count(*) as user_count,
        count(case when ndcg_difference <> 0 then 1 end) as users_with_a_difference,
        max(largest_revenue) as largest_revenue,
        {%- for metric in ['recall', 'ndcg'] %}
        {{ exact_sum(metric, decimals=15) }} / count(*) as {{ metric }}_without,
        {{ mean_with_interval(metric ~ '_difference', metric ~ '_') }},
        {%- endfor %}
        {{ exact_sum('revenue / largest_revenue', decimals=15) }} / count(*) as revenue_without,
        {{ mean_with_interval('revenue_difference / largest_revenue', 'revenue_') }}
    from pairs
    group by rule_id, list

),

rules_of_lists as (

    select
        rule_id,
        list,
        max(case when is_in_force then 1 else 0 end) = 1 as is_in_force
    from rule_items
    group by rule_id, list

)

select
    rules_of_lists.rule_id,
    rules_of_lists.list,
    rules.kind,
    rules.owner,
    rules.reason,
    rules.from_day,
    rules.to_day,
    cast(
        case
            when changes.user_count >= {{ fewest_people_named() }}
                then {{ counted_people('changes.row_count') }}
            else 0
        end as {{ dbt.type_bigint() }}
    ) as changed_row_count,
    cast(
        {{ counted_people('coalesce(changes.user_count, 0)') }} as {{ dbt.type_bigint() }}
    ) as changed_user_count,
    cast(
        {{ counted_people('coalesce(measured.user_count, 0)') }} as {{ dbt.type_bigint() }}
    ) as judged_user_count,
    {{ verdict_of_comparison(
        'measured.user_count', 'measured.users_with_a_difference', 'measured.ndcg_low', 'measured.ndcg_high',
        'false'
    ) }} as verdict,
    {%- for metric in metrics %}
    {%- set scale = ' * measured.largest_revenue' if metric == 'revenue' %}
    {%- set figures = {'without': 'without', 'difference': 'mean', 'low': 'low', 'high': 'high'} %}
    {%- for column, figure in figures.items() %}
    {%- set measured_figure = 'measured.' ~ metric ~ '_' ~ figure ~ scale %}
    case when {{ is_shown }} then {{ measured_figure }} end as {{ metric }}_{{ column }},
    {%- endfor %}
    {%- endfor %}
    rules_of_lists.is_in_force
from rules_of_lists
inner join rules on rules_of_lists.rule_id = rules.rule_id
left join changes
    on rules_of_lists.rule_id = changes.rule_id
    and rules_of_lists.list = changes.list
left join measured
    on rules_of_lists.rule_id = measured.rule_id
    and rules_of_lists.list = measured.list
