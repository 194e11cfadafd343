{%- set engine_models = {
    'python': 'user_neighbours_python', 'sql': 'user_neighbours_sql'
} -%}
{%- set neighbours = ref(engine_models[neighbours_engine()]) -%}

{{ neighbours_with_similarity(
    neighbours, ref('user_item_history'), 'user_key', 'shared_items'
) }}
