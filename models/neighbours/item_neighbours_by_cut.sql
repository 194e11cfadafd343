{%- if neighbours_engine() == 'python' -%}
    {%- set neighbours = ref('item_neighbours_python') -%}
{%- else -%}
    {%- set neighbours = ref('item_neighbours_sql') -%}
{%- endif -%}

{{ neighbours_with_similarity(
    neighbours, ref('user_item_history'), 'item_key', 'shared_users'
) }}
