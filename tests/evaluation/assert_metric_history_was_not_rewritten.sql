{#- Publishing asks it once more. -#}
{{ config(meta={'asked_by_publish': true}) }}
-- Each entry is what its hash and key say. Each evaluation has the sealed entries, and stands on the last.
with entries as (

    select
        *,
        {{ entry_hash() }} as recomputed_hash,
        {{ evaluation_key('cut_at', 'data_hash', 'code_hash') }} as recomputed_key
    from {{ ref('also_bought', 'recommendation_metrics') }}

),

evaluations as (

    select
        evaluation_number,
        count(
            case when entry_hash <> recomputed_hash or evaluation_key <> recomputed_key then 1 end
        ) as changed_entries,
        min(previous_hash) as previous_hash,
        max(previous_hash) as other_previous_hash,
        min(evaluation_hash) as evaluation_hash,
        {{ evaluation_hash('min(previous_hash)') }} as recomputed_hash,
        count(distinct evaluation_hash) as seal_count
    from entries
    group by evaluation_number

),

chained as (

    select
        *,
        coalesce(lag(evaluation_hash) over (order by evaluation_number), 'none') as hash_before,
        row_number() over (order by evaluation_number) as rank
    from evaluations

)

select
    evaluation_number,
    changed_entries,
    previous_hash,
    evaluation_hash
from chained
where
    changed_entries > 0
    or seal_count > 1
    or previous_hash <> other_previous_hash
    or evaluation_hash <> recomputed_hash
    or previous_hash <> hash_before
    or evaluation_number <> rank
