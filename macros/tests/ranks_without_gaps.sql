{#- Fails with each group whose ranks are not 1, 2, ... n. -#}
{% test ranks_without_gaps(model, column_name, group_by) %}

select
    {{ group_by | join(', ') }},
    count(*) as row_count,
    count(distinct {{ column_name }}) as distinct_ranks,
    min({{ column_name }}) as first_rank,
    max({{ column_name }}) as last_rank
from {{ model }}
group by {{ group_by | join(', ') }}
having
    min({{ column_name }}) <> 1
    or max({{ column_name }}) <> count(*)
    or count(distinct {{ column_name }}) <> count(*)

{% endtest %}
