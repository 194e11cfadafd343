{#- What the lists of all judged users do to the catalogue: not whether they met, but what they show. -#}
{%- set metrics = ['coverage', 'gini'] -%}

with shown_items as (

    select * from {{ ref('also_bought', 'shown_items') }}

),

catalogues as (

    select
        cut_key,
        count(*) as item_count
    from {{ ref('also_bought', 'item_popularity') }}
    group by cut_key

),

counted as (

    select
        cut_key,
        list,
        recommender,
        evaluated_ranks,
        item_key,
        count(*) as times_shown
    from shown_items
    group by cut_key, list, recommender, evaluated_ranks, item_key

),

-- Items that no list shows come first in the order of the Gini coefficient, with nothing to add.
placed as (

    select
        counted.*,
        catalogues.item_count,
        catalogues.item_count + 1 - row_number() over (
            partition by counted.cut_key, counted.list, counted.recommender, counted.evaluated_ranks
            order by counted.times_shown desc, counted.item_key asc
        ) as rank
    from counted
    inner join catalogues on counted.cut_key = catalogues.cut_key

),

measured as (

    select
        cut_key,
        list,
        recommender,
        evaluated_ranks,
        cast(count(*) as {{ type_double() }}) / max(item_count) as coverage,
        2 * cast(sum(rank * times_shown) as {{ type_double() }}) / (max(item_count) * sum(times_shown))
        - cast(max(item_count) + 1 as {{ type_double() }}) / max(item_count) as gini
    from placed
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
