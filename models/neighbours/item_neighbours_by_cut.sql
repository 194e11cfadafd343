{%- set engine_models = {
    'python': 'item_neighbours_python', 'sql': 'item_neighbours_sql'
} -%}
{%- set neighbours = ref(engine_models[neighbours_engine()]) -%}

{{ neighbours_with_similarity(
    neighbours, ref('user_item_history'), 'item_key', 'shared_users'
) }}
