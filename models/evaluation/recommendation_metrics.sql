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

with figures as (

    select * from {{ ref('also_bought', 'latest_evaluation') }}

),

entered_last as (

    {%- if past %}
    select
        evaluation_number,
        evaluation_hash
    from {{ past }}
    where evaluation_number = (select max(evaluation_number) from {{ past }})
    limit 1
    {%- else %}
    select
        0 as evaluation_number,
        'none' as evaluation_hash
    {%- endif %}

),

entries as (

    select
        figures.*,
        cast(coalesce(entered_last.evaluation_number, 0) + 1 as {{ dbt.type_bigint() }}) as evaluation_number,
        coalesce(entered_last.evaluation_hash, 'none') as previous_hash
    from figures
    left join entered_last on true
    {%- if past %}
    where not exists (
        select 1 from {{ past }} as entered
        where figures.evaluation_key = entered.evaluation_key
    )
    {%- endif %}

),

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
        hashed.evaluation_number,
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
