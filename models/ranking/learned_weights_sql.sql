{#- No readable SQL fits a logistic regression: where Python models do not run, no blend is learned. -#}
{{ config(enabled=neighbours_engine() == 'sql') }}

select
    cut_key,
    list,
    cut_key as learned_from_cut,
    cast(null as {{ dbt.type_string() }}) as signal,
    cast(0 as {{ type_double() }}) as weight
from {{ ref('also_bought', 'targets') }}
where false
