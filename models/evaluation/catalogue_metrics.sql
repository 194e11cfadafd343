{#- What the lists of all judged users do to the catalogue: not whether they met, but what they show. -#}
{%- set metrics = ['coverage', 'gini', 'novelty', 'unavailable'] -%}

with judged as (

    select distinct
        cut_key,
        user_key,
        list
    from {{ ref('targets') }}

),

depths as (

    {%- for depth in evaluated_depths() %}
    select {{ depth }} as evaluated_ranks {{ 'union all' if not loop.last }}
    {%- endfor %}

),

lists as (

    select
        cut_key,
        user_key,
        list,
        recommender,
        rank,
        item_key
    from {{ ref('ranked_candidates') }}
    where cut_key > 0
    union all
    select * from {{ ref('control_lists') }}
    where recommender = 'random'

),

history as (

    select * from {{ ref('user_item_history') }}

),

user_counts as (

    select
        cut_key,
        count(distinct user_key) as user_count
    from history
    group by cut_key

),

buyers as (

    select
        cut_key,
        item_key,
        count(*) as buyer_count
    from history
    group by cut_key, item_key

),

catalogues as (

    select
        cut_key,
        count(*) as item_count
    from {{ ref('item_popularity') }}
    group by cut_key

),

on_sale_now as (

    select item_key from {{ ref('eligible_items') }}
    where cut_key = 0

),

shown as (

    select
        lists.cut_key,
        lists.list,
        lists.recommender,
        depths.evaluated_ranks,
        lists.item_key,
        count(*) as times_shown
    from lists
    inner join judged
        on lists.cut_key = judged.cut_key
        and lists.user_key = judged.user_key
        and lists.list = judged.list
    inner join depths on lists.rank <= depths.evaluated_ranks
    group by lists.cut_key, lists.list, lists.recommender, depths.evaluated_ranks, lists.item_key

),

described as (

    select
        shown.*,
        catalogues.item_count,
        ln(cast(user_counts.user_count as {{ type_double() }}) / buyers.buyer_count) / ln(2) as rarity,
        case when on_sale_now.item_key is null then shown.times_shown else 0 end as times_unavailable,
        -- Items that no list shows come first in the order of the Gini coefficient, with nothing to add.
        catalogues.item_count + 1 - row_number() over (
            partition by shown.cut_key, shown.list, shown.recommender, shown.evaluated_ranks
            order by shown.times_shown desc, shown.item_key asc
        ) as place
    from shown
    inner join catalogues on shown.cut_key = catalogues.cut_key
    inner join user_counts on shown.cut_key = user_counts.cut_key
    inner join buyers
        on shown.cut_key = buyers.cut_key
        and shown.item_key = buyers.item_key
    left join on_sale_now on shown.item_key = on_sale_now.item_key

),

measured as (

    select
        cut_key,
        list,
        recommender,
        evaluated_ranks,
        cast(count(*) as {{ type_double() }}) / max(item_count) as coverage,
        2 * cast(sum(place * times_shown) as {{ type_double() }}) / (max(item_count) * sum(times_shown))
        - cast(max(item_count) + 1 as {{ type_double() }}) / max(item_count) as gini,
        {{ exact_sum('times_shown * rarity') }} / sum(times_shown) as novelty,
        cast(sum(times_unavailable) as {{ type_double() }}) / sum(times_shown) as unavailable
    from described
    group by cut_key, list, recommender, evaluated_ranks

),

catalogue_metrics as (

    {%- for metric in metrics %}
    select
        cut_key,
        list,
        recommender,
        evaluated_ranks,
        '{{ metric }}' as metric,
        {{ metric }} as metric_value
    from measured
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from catalogue_metrics
