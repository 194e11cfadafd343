{#- Keeps the code that made each table of this command, and what its YAML says of restricted columns; so that
    publishing can follow a column from its source to a score. Sources are kept for what is said of them, and
    tests for publishing to ask once more. -#}
{% macro record_code(results) %}
    {%- set code = also_bought.build_log_relation('also_bought_code') -%}
    {%- set rows = {} -%}
    {%- for source in graph.sources.values() -%}
        {%- do rows.update({source.unique_id: also_bought.code_row(source, source.identifier, none)}) -%}
    {%- endfor -%}
    {%- for result in results if result.node.unique_id in graph.nodes -%}
        {%- set node = graph.nodes[result.node.unique_id] -%}
        {%- if node.resource_type in ['model', 'seed', 'snapshot'] -%}
            {%- set of_node = result.node.compiled_code if node.resource_type != 'seed' -%}
            {%- do rows.update({node.unique_id: also_bought.code_row(node, node.alias, of_node)}) -%}
        {%- elif node.resource_type == 'test' and node.config.meta.get('asked_by_publish') is true -%}
            {#- Publishing knows a build database by another name. -#}
            {%- set in_any_database = result.node.compiled_code | replace(adapter.quote(target.database) ~ '.', '') -%}
            {%- do rows.update({node.unique_id: also_bought.code_row(node, node.alias, in_any_database)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- do run_query('delete from ' ~ code ~ ' where ' ~ also_bought.is_of_nodes(rows)) -%}
        {%- do run_query('insert into ' ~ code ~ ' values ' ~ rows.values() | join(', ')) -%}
    {%- endif -%}
{% endmacro %}


{#- Returns the row of a node, as values of SQL. -#}
{% macro code_row(node, table_name, code) %}
    {%- set restricted = {} -%}
    {%- for name, column in node.columns.items() -%}
        {%- set says = (column.config.meta if column.config else {}).get('restricted', column.meta.get('restricted')) -%}
        {%- if says is not none -%}
            {%- do restricted.update({name | lower: says}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('(' ~ [
        also_bought.text_literal(node.unique_id),
        also_bought.text_literal(node.schema),
        also_bought.text_literal(table_name),
        node.language == 'python',
        also_bought.text_literal(code) if code else 'null',
        also_bought.text_literal(tojson(restricted))
    ] | join(', ') ~ ')') }}
{% endmacro %}
