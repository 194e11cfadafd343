{%- if neighbours_engine() == 'python' -%}
    {%- set neighbours = ref('user_neighbours_python') -%}
{%- else -%}
    {%- set neighbours = ref('user_neighbours_sql') -%}
{%- endif -%}

{{ neighbours_with_similarity(
    neighbours, ref('user_item_history'), 'user_key', 'shared_items'
) }}
