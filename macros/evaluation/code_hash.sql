{#- Returns a hash of all that decides about a figure, except the data: the models of this package, its
    macros, the root project's versions of them, the blends and the vars. The kernel goes by the package's
    version, which is a macro. A change gives another hash: one evaluation too many is better than two that
    look like one. -#}
{% macro code_hash(except_settings=()) %}
    {#- The graph is complete only when models run. -#}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set nodes = [] -%}
    {%- set blends = also_bought.setting('blends') -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed')
        and (blends in (node.package_name ~ '.' ~ node.name, node.name)
            or (node.resource_type == 'model' and node.package_name == 'also_bought')) -%}
        {%- do nodes.append(node) -%}
    {%- endfor -%}
    {{ return(also_bought.hash_of_code(nodes, except_settings)) }}
{% endmacro %}


{#- Returns a hash of some nodes, of our macros and the root project's versions of them, and of all vars that
    may change a figure and are not named. Use `with_root_macros` where the root project's other macros
    decide, too. -#}
{% macro hash_of_code(nodes, except_settings=(), with_root_macros=false) %}
    {%- set changing_no_figure = ('neighbours_threads', 'neighbours_memory_mb', 'published_to', 'erased_customers') -%}
    {%- set parts = [] -%}
    {%- for node in nodes -%}
        {%- do parts.append(node.name ~ ' ' ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {%- for name, macro in also_bought.items() -%}
        {%- do parts.append(name ~ ' ' ~ macro.macro.macro_sql) -%}
    {%- endfor -%}
    {%- for name, macro in context.get(project_name, {}).items()
        if with_root_macros or ('__' in name and name.split('__')[-1] in also_bought) -%}
        {%- do parts.append('root ' ~ name ~ ' ' ~ macro.macro.macro_sql) -%}
    {%- endfor -%}
    {%- for name in also_bought.setting_definitions() if name not in changing_no_figure + except_settings -%}
        {%- do parts.append('var ' ~ name ~ ' ' ~ also_bought.setting(name)) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | sort | join('\n'))) }}
{% endmacro %}


{#- Returns a hash of what the metrics are: another definition begins another series. -#}
{% macro metrics_hash() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set parts = [] -%}
    {%- for node in graph.nodes.values()
        if node.package_name == 'also_bought'
        and node.name in (
            'purchases_after_cut', 'given_items', 'targets', 'user_metrics', 'shown_items', 'list_traits',
            'catalogue_metrics'
        ) -%}
        {%- do parts.append(node.name ~ ' ' ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {#- The same on every engine, each of which has its own word for a double. -#}
    {%- for name, metric in also_bought.ranking_metrics().items() -%}
        {%- do parts.append(name ~ ' ' ~ metric.value | replace(also_bought.type_double(), 'double')) -%}
    {%- endfor -%}
    {%- for name in (
        'target_counts', 'hit_sums', 'discounted_gain', 'rank_discount', 'ideal_gains', 'exact_sum', 'depth_rows',
        'is_in_window_after_cut', 'is_past', 'is_production', 'is_reported'
    ) -%}
        {%- do parts.append(name ~ ' ' ~ also_bought[name].macro.macro_sql) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | sort | join('\n'))) }}
{% endmacro %}
