{#- Returns a query of the squared length of each row's weight vector at each cut. -#}
{% macro squared_norms(history, row_key, weight) %}
    select
        cut_key,
        {{ row_key }} as row_key,
        cast(sum({{ weight }} * {{ weight }}) as {{ dbt.type_bigint() }}) as squared_norm
    from {{ history }}
    group by cut_key, {{ row_key }}
{% endmacro %}
