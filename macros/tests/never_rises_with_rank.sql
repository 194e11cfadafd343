{#- Fails with each row that stands behind a row of a lower value. Where `ties_by` is given, rows of equal
    value must stand in its order. -#}
{% test never_rises_with_rank(model, column_name, group_by, rank_column='rank', ties_by=none) %}

with neighbouring_rows as (

    select
        *,
        lag({{ column_name }}) over (
            partition by {{ group_by | join(', ') }} order by {{ rank_column }}
        ) as value_before
        {%- if ties_by %},
        lag({{ ties_by }}) over (
            partition by {{ group_by | join(', ') }} order by {{ rank_column }}
        ) as tie_before
        {%- endif %}
    from {{ model }}

)

select *
from neighbouring_rows
where
    value_before < {{ column_name }}
    {%- if ties_by %}
    or (value_before = {{ column_name }} and tie_before >= {{ ties_by }})
    {%- endif %}

{% endtest %}
