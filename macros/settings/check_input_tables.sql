{#- Stops before anything is built where a table that an input model reads is not in the warehouse. Sources of
    files have no relation to look for; DuckDB names the file that it does not find. -#}
{% macro check_input_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- for setting_name in ('order_sources', 'products', 'customers', 'checks', 'control_totals', 'event_sources',
            'merchandising_rules') -%}
            {%- set value = also_bought.setting(setting_name) -%}
            {%- for name in ([value] if value is string else value or []) -%}
                {%- for node in graph.nodes.values()
                    if node.resource_type == 'model' and node.name == name.split('.')[-1] -%}
                    {%- for source_id in node.depends_on.nodes if source_id in graph.sources -%}
                        {%- do also_bought.check_source_table(graph.sources[source_id], name, setting_name) -%}
                    {%- endfor -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{% macro check_source_table(source, model_name, setting_name) %}
    {%- set is_file = source.config.meta.get('external_location') or source.source_meta.get('external_location')
        or source.config.meta.get('plugin') or source.source_meta.get('plugin') -%}
    {%- if not is_file
        and adapter.get_relation(source.database, source.schema, source.identifier) is none -%}
        {%- do also_bought.stop(
            'There is no table ' ~ source.schema ~ '.' ~ source.identifier ~ '.',
            'the model ' ~ model_name ~ ', named by the var also_bought__' ~ setting_name,
            'load the table, or name another model in the var.'
        ) -%}
    {%- endif -%}
{% endmacro %}
