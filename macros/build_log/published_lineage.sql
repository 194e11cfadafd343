{#- Returns the ids of the published models, seeds and snapshots and of all their ancestors, without
    sources. -#}
{% macro published_lineage() %}
    {%- set node_ids = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type in ['model', 'seed', 'snapshot'] and 'published' in node.tags -%}
        {%- do node_ids.append(node.unique_id) -%}
    {%- endfor -%}
    {#- The list grows while it is read. -#}
    {%- for node_id in node_ids -%}
        {%- for parent_id in graph.nodes[node_id].depends_on.nodes
            if parent_id in graph.nodes and parent_id not in node_ids -%}
            {%- do node_ids.append(parent_id) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(node_ids) }}
{% endmacro %}


{#- Returns the ids of the data tests of those nodes. A test belongs to the node that it is attached to, else
    to all nodes that it reads. -#}
{% macro tests_of_lineage(lineage) %}
    {%- set test_ids = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' -%}
        {%- set tested = [node.attached_node] if node.attached_node else node.depends_on.nodes -%}
        {%- if tested | select('in', lineage) | list -%}
            {%- do test_ids.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(test_ids) }}
{% endmacro %}
