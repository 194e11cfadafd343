{#- The K nearest rows of every row by a self-join: the readable reference of the kernel in
    also_bought/neighbours.py, and the engine where no Python model runs. Ties go to the lower key. -#}
{% macro cosine_neighbours(history, row_key, column_key, weight, k, min_shared) %}

with weights as (

    select
        cut_key,
        {{ row_key }} as row_key,
        {{ column_key }} as column_key,
        {{ weight }} as weight
    from {{ history }}

),

norms as (
    {{ squared_norms(history, row_key, weight) }}
),

pairs as (

    select
        mine.cut_key,
        mine.row_key,
        theirs.row_key as neighbour_key,
        cast(sum(mine.weight * theirs.weight) as {{ dbt.type_bigint() }}) as dot_product,
        cast(count(*) as {{ dbt.type_int() }}) as shared_columns
    from weights as mine
    inner join weights as theirs
        on mine.cut_key = theirs.cut_key
        and mine.column_key = theirs.column_key
        and mine.row_key <> theirs.row_key
    group by mine.cut_key, mine.row_key, theirs.row_key
    having count(*) >= {{ min_shared }}

),

ranked as (

    select
        pairs.*,
        cast(row_number() over (
            partition by pairs.cut_key, pairs.row_key
            order by
                {{ cosine_similarity(
                    'pairs.dot_product', 'mine.squared_norm', 'theirs.squared_norm'
                ) }} desc,
                pairs.neighbour_key asc
        ) as {{ dbt.type_int() }}) as rank
    from pairs
    inner join norms as mine
        on pairs.cut_key = mine.cut_key and pairs.row_key = mine.row_key
    inner join norms as theirs
        on pairs.cut_key = theirs.cut_key and pairs.neighbour_key = theirs.row_key

)

select
    cut_key,
    row_key,
    neighbour_key,
    rank,
    dot_product,
    shared_columns
from ranked
where rank <= {{ k }}

{% endmacro %}
