{#- Returns every var of the project: its type and what it may be. Defaults are in dbt_project.yml and nowhere
    else. -#}
{% macro setting_definitions() %}
    {%- set checks = [
        'usable_orders', 'rejected_lines', 'currency', 'freshness', 'volume', 'control_totals'
    ] -%}
    {{ return({
        'order_sources': {'type': 'models'},
        'products': {'type': 'model'},
        'customers': {'type': 'model', 'optional': true},
        'as_of': {'type': 'date', 'optional': true},
        'incremental_orders': {'type': 'boolean'},
        'max_items_per_user': {'type': 'integer', 'min': 1, 'max': 1000000000, 'optional': true},
        'max_rejected_share': {'type': 'number', 'min': 0, 'max': 1},
        'stopping_checks': {'type': 'choices', 'choices': checks},
        'accepted_checks': {'type': 'reasons', 'choices': checks},
        'control_totals': {'type': 'model', 'optional': true},
        'control_totals_tolerance': {'type': 'number', 'min': 0, 'max': 1},
        'neighbours_engine': {'type': 'choice', 'choices': ['python', 'sql'], 'optional': true},
        'neighbours_per_user': {'type': 'integer', 'min': 1, 'max': 1000},
        'neighbours_per_item': {'type': 'integer', 'min': 1, 'max': 1000},
        'spare_neighbours_per_user': {'type': 'integer', 'min': 0, 'max': 1000},
        'min_shared_items': {'type': 'integer', 'min': 1, 'max': 1000000},
        'min_shared_users': {'type': 'integer', 'min': 1, 'max': 1000000},
        'neighbours_threads': {'type': 'integer', 'min': 1, 'max': 256},
        'neighbours_memory_mb': {'type': 'integer', 'min': 100, 'max': 1000000},
        'max_billion_products': {'type': 'integer', 'min': 0, 'max': 1000000},
        'regression_items': {'type': 'integer', 'min': 0, 'max': 20000},
        'recommendations_per_list': {'type': 'integer', 'min': 1, 'max': 100},
        'candidates_per_signal': {'type': 'integer', 'min': 100, 'max': 100000},
        'signals': {'type': 'signals'},
        'recent_days': {'type': 'integer', 'min': 1, 'max': 3650},
        'own_half_life_days': {'type': 'integer', 'min': 1, 'max': 36500},
        'own_half_life_orders': {'type': 'integer', 'min': 1, 'max': 36500},
        'vote_half_life_days': {'type': 'integer', 'min': 1, 'max': 36500},
        'profile_half_life_orders': {'type': 'integer', 'min': 1, 'max': 36500},
        'backtest_cuts': {'type': 'integer', 'min': 0, 'max': 24},
        'blends': {'type': 'model'},
        'trial_users': {'type': 'integer', 'min': 1, 'max': 1000000},
        'evaluation_days': {'type': 'integer', 'min': 1, 'max': 3650},
        'evaluated_ranks': {'type': 'integer', 'min': 1, 'max': 100},
        'published_to': {'type': 'text', 'optional': true},
    }) }}
{% endmacro %}
