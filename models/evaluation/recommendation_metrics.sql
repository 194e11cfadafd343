{#- Every evaluation that ever was, in the order in which they were made. An evaluation is known by its cut,
    its data and its code: the same again adds nothing, anything else adds entries and changes none. A new build
    database goes on with the history that was published. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

{%- set past = this if is_incremental() else published_history() %}

with comparisons as (

    select * from {{ ref('also_bought', 'recommender_comparisons') }}
    where cut_key = 1

),

cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where cut_key = 1

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

lists as (

    select * from {{ ref('also_bought', 'list_definitions') }}

),

-- What the evaluation read: every past history, what could be recommended then, what was bought next.
histories as (

    select
        cut_key,
        user_key,
        {{ dbt.hash(joined_text(
            text_of_columns(['item_key', 'order_count', 'last_ordered_at']), ';', 'item_key'
        )) }} as content_hash
    from {{ ref('also_bought', 'user_item_history') }}
    where cut_key > 0
    group by cut_key, user_key

),

found as (

    select
        cut_key,
        user_key,
        {{ dbt.hash(joined_text(
            text_of_columns(['item_key', 'is_in_next_basket']), ';', 'item_key'
        )) }} as content_hash
    from {{ ref('also_bought', 'targets') }}
    group by cut_key, user_key

),

catalogues as (

    select
        cut_key,
        0 as user_key,
        {{ dbt.hash(joined_text(as_text('item_key'), ';', 'item_key')) }} as content_hash
    from {{ ref('also_bought', 'eligible_items') }}
    where cut_key > 0
    group by cut_key

),

contents as (

    {%- for contents in ['histories', 'found', 'catalogues'] %}
    select
        {{ loop.index }} as place,
        cut_key,
        user_key,
        content_hash
    from {{ contents }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

fingerprints as (

    select
        {{ dbt.hash(joined_text('content_hash', ';', 'place, cut_key, user_key')) }} as data_hash,
        '{{ code_hash() }}' as code_hash
    from contents

),

keyed as (

    select
        {{ dbt.hash(text_of_columns([
            'cuts.cut_at', 'fingerprints.data_hash', 'fingerprints.code_hash'
        ])) }} as evaluation_key,
        fingerprints.data_hash,
        fingerprints.code_hash,
        cuts.cut_at,
        comparisons.list,
        comparisons.target_set,
        comparisons.segment,
        comparisons.metric,
        comparisons.evaluated_ranks,
        comparisons.baseline,
        {{ dbt.concat([
            'lists.judged_users',
            "case comparisons.target_set when 'next_basket' then ' on their first shopping day' else '' end",
            "' in the '", as_text('cuts.window_days'), "' days after the cut, with an order before it'",
            "case comparisons.segment when 'all' then '' else "
            ~ dbt.concat(["' and '", 'comparisons.segment', "' bought by then'"]) ~ " end"
        ]) }} as population,
        verdicts.verdict = 'suspect: too good' as is_suspect,
        comparisons.user_count,
        comparisons.mean,
        comparisons.interval_low,
        comparisons.interval_high,
        comparisons.baseline_mean,
        comparisons.difference,
        comparisons.difference_low,
        comparisons.difference_high
    from comparisons
    inner join verdicts on comparisons.list = verdicts.list
    inner join lists on comparisons.list = lists.list
    cross join cuts
    cross join fingerprints

),

in_series as (

    select
        *,
        {{ dbt.hash(text_of_columns([
            "'" ~ metrics_hash() ~ "'", 'population', 'list', 'target_set', 'segment', 'metric',
            'evaluated_ranks', 'baseline'
        ])) }} as series_key
    from keyed

),

{%- if past %}

latest_evaluation as (

    select
        evaluation_number,
        evaluation_hash
    from {{ past }}
    where evaluation_number = (select max(evaluation_number) from {{ past }})
    limit 1

),

entries as (

    select
        in_series.*,
        coalesce(latest_evaluation.evaluation_number, 0) + 1 as evaluation_number,
        coalesce(latest_evaluation.evaluation_hash, 'none') as previous_hash
    from in_series
    left join latest_evaluation on true
    where not exists (
        select 1 from {{ past }} as entered
        where in_series.evaluation_key = entered.evaluation_key
    )

),
{%- else %}

entries as (

    select
        *,
        1 as evaluation_number,
        'none' as previous_hash
    from in_series

),
{%- endif %}

hashed as (

    select
        *,
        {{ entry_hash() }} as entry_hash
    from entries

),

{%- if past and not is_incremental() %}

taken_over as (

    {#- A column that is newer than what was published is null there. -#}
    {%- set known = adapter.get_columns_in_relation(past) | map(attribute='name') | list %}
    select
        {%- for column in model.columns %}
        {{ '' if column in known else 'null as ' }}{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ past }}

),
{%- endif %}

seals as (

    select {{ evaluation_hash('max(previous_hash)') }} as evaluation_hash
    from hashed

),

sealed as (

    select
        cast(hashed.evaluation_number as {{ dbt.type_bigint() }}) as evaluation_number,
        hashed.evaluation_key,
        hashed.cut_at,
        hashed.series_key,
        hashed.list,
        hashed.target_set,
        hashed.segment,
        hashed.metric,
        hashed.evaluated_ranks,
        hashed.baseline,
        hashed.population,
        hashed.is_suspect,
        hashed.user_count,
        hashed.mean,
        hashed.interval_low,
        hashed.interval_high,
        hashed.baseline_mean,
        hashed.difference,
        hashed.difference_low,
        hashed.difference_high,
        hashed.data_hash,
        hashed.code_hash,
        hashed.previous_hash,
        hashed.entry_hash,
        seals.evaluation_hash
    from hashed
    cross join seals

)

select * from sealed
{%- if past and not is_incremental() %}
union all
select * from taken_over
{%- endif %}
