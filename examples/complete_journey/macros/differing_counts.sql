{#- One row for each count that is not as stated. `expected` is {what is counted: [count, expression]}. -#}
{% macro differing_counts(relation, expected) %}
    {%- for claim, (count, expression) in expected.items() %}
select
    '{{ claim }}' as claim,
    {{ count }} as expected_count,
    {{ expression }} as found_count
from {{ relation }}
having {{ expression }} is distinct from {{ count }}
{{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
