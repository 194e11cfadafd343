{#- Every buyer counts alike. At trial cuts, where blends are chosen, nothing is asked of it. -#}

select
    cut_key,
    item_key,
    user_key,
    cast(1 as {{ dbt.type_bigint() }}) as weight
from {{ ref('also_bought', 'user_item_counts_by_cut') }}
where not ({{ is_trial() }})
