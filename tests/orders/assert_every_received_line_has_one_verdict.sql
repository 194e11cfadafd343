-- Conservation: no line is lost between staging and verdict but those too old to be read; none is invented.
{% set columns = {
    'order_source': dbt.type_string(), 'ordered_at': received_order_line_columns().ordered_at
} -%}

with received as (

    {%- for model_name in setting('order_sources') %}
    select
        order_source,
        count(*) as line_count
    from ({{ input_query(model_name, columns, {}) }}) as typed_lines
    where {{ is_retained('ordered_at') }}
    group by order_source
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

judged as (

    select
        order_source,
        count(*) as line_count
    from {{ ref('also_bought', 'order_line_verdicts') }}
    group by order_source

)

select
    received.order_source as received_source,
    judged.order_source as judged_source,
    received.line_count as received_lines,
    judged.line_count as judged_lines
from received
full outer join judged on received.order_source = judged.order_source
where received.line_count is distinct from judged.line_count
