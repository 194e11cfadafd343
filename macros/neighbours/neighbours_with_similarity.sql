{#- Adds the similarity to neighbours of either engine, from the evidence that they came with. -#}
{% macro neighbours_with_similarity(neighbours, history, row_key, weight, shared_columns_name, k) %}

with neighbours as (

    select * from {{ neighbours }}
    where rank <= {{ k }}

),

norms as (
    {{ also_bought.squared_norms(history, row_key, weight) }}
),

with_similarity as (

    select
        neighbours.cut_key,
        neighbours.row_key as {{ row_key }},
        neighbours.neighbour_key,
        neighbours.rank,
        {{ also_bought.cosine_similarity(
            'neighbours.dot_product', 'mine.squared_norm', 'theirs.squared_norm'
        ) }} as similarity,
        neighbours.dot_product,
        neighbours.shared_columns as {{ shared_columns_name }},
        mine.squared_norm,
        theirs.squared_norm as neighbour_squared_norm
    from neighbours
    inner join norms as mine
        on neighbours.cut_key = mine.cut_key and neighbours.row_key = mine.row_key
    inner join norms as theirs
        on neighbours.cut_key = theirs.cut_key and neighbours.neighbour_key = theirs.row_key

)

select
    *,
    {{ also_bought.in_millionths('similarity') }} as similarity_millionths
from with_similarity

{% endmacro %}
