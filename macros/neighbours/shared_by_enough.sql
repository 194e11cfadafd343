{#- Returns the query of the nearest items without those that too few of the item's buyers bought, ranked anew. -#}
{% macro shared_by_enough(nearest, buyer_count) %}
    select
        cut_key,
        item_key,
        neighbour_key,
        cast(row_number() over (
            partition by cut_key, item_key order by rank asc
        ) as {{ dbt.type_int() }}) as rank,
        similarity,
        similarity_millionths,
        dot_product,
        shared_users,
        squared_norm,
        neighbour_squared_norm
    from {{ nearest }}
    where {{ also_bought.is_shared_by_enough('shared_users', buyer_count) }}
{% endmacro %}
