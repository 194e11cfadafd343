{#- An evaluation is known by its cut, its data and its code. -#}

with comparisons as (

    select * from {{ ref('also_bought', 'recommender_comparisons') }}
    where {{ is_reported() }} and user_count >= {{ fewest_people_named() }}

),

cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_reported() }}

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

lists as (

    select * from {{ ref('also_bought', 'list_definitions') }}

),

data as (

    select * from {{ ref('also_bought', 'evaluation_data') }}

),

keyed as (

    select
        {{ evaluation_key('cuts.cut_at', 'data.data_hash', "'" ~ code_hash() ~ "'") }} as evaluation_key,
        data.data_hash,
        '{{ code_hash() }}' as code_hash,
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
            "' in the '", as_text('cuts.window_days'), "' days after the cut'",
            "case lists.is_for when 'user' then ', with an order before it'"
            ~ " else ', by what they bought beside one of them' end",
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
    cross join data

),

in_series as (

    select
        *,
        {{ dbt.hash(text_of_columns([
            "'" ~ metrics_hash() ~ "'", 'population', 'list', 'target_set', 'segment', 'metric',
            'evaluated_ranks', 'baseline'
        ])) }} as series_key
    from keyed

)

select * from in_series
