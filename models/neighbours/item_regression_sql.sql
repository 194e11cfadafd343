{#- No readable SQL inverts a matrix: where Python models do not run, no item predicts another. -#}
{{ config(enabled=neighbours_engine() == 'sql') }}

select
    cut_key,
    item_key as predictor_key,
    item_key,
    cast(0 as {{ dbt.type_int() }}) as weight_millionths
from {{ ref('also_bought', 'user_item_counts_by_cut') }}
where false
