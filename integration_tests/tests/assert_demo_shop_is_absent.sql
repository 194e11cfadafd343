-- Nothing of the package's own shop reaches the shop that installs it.
{%- set demo_nodes = [] -%}
{%- if execute -%}
    {%- for node in graph.nodes.values()
        if node.package_name == 'also_bought'
        and (node.path.startswith('staging') or node.path.startswith('demo_shop')) -%}
        {%- do demo_nodes.append(node.name) -%}
    {%- endfor -%}
{%- endif %}

select table_name
from information_schema.tables
where
    table_name like 'raw_%'
    or table_name like 'stg_shop_%'
    or table_name in ('demo_shop_truth', '{{ demo_nodes | join("', '") }}')
    or {{ demo_nodes | length }} > 0
