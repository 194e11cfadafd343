{#- Returns a hash of what decides how this model reads and judges a line, except the lines and the clock: the
    code of the models before it, the vars, which accounts are merged or erased, and whose line ids are foreign. Returns none where no
    build asks: without `also_bought__incremental_orders`, in a unit test, and where SQL is only compiled. -#}
{% macro inputs_hash() %}
    {%- if not execute or model.resource_type == 'unit_test' or flags.WHICH not in ('build', 'run', 'retry')
        or not also_bought.setting('incremental_orders') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set nodes = also_bought.with_ancestors(model.unique_id) -%}
    {#- Staging models may call any macro of the shop. -#}
    {%- set code = also_bought.hash_of_code(nodes, except_settings=('as_of',), with_root_macros=true) -%}
    {%- set account = dbt.concat([
        'customer_id', "' '", "coalesce(merged_customer_id, '')", "case when is_erased then ' erased' else '' end"
    ]) -%}
    {%- set accounts = run_query(
        'select ' ~ also_bought.joined_text(account, ', ', also_bought.byte_order('customer_id')) ~ ' from '
        ~ ref('also_bought', 'customer_accounts') ~ ' where is_erased or merged_customer_id <> customer_id'
    ).columns[0].values()[0] -%}
    {%- set foreign_line_ids = run_query(
        'select ' ~ also_bought.joined_text('order_source', ', ', also_bought.byte_order('order_source')) ~ ' from '
        ~ ref('also_bought', 'line_id_agreement') ~ ' where not is_agreed'
    ).columns[0].values()[0] -%}
    {{ return(local_md5(code ~ ' ' ~ accounts ~ ' ' ~ foreign_line_ids)) }}
{% endmacro %}


{#- Returns a node and all that it is made of, each once. -#}
{% macro with_ancestors(unique_id, found=none) %}
    {%- set found = {} if found is none else found -%}
    {%- if unique_id in graph.nodes and unique_id not in found -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- do found.update({unique_id: node}) -%}
        {%- for parent_id in node.depends_on.get('nodes', []) -%}
            {%- do also_bought.with_ancestors(parent_id, found) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.values() | list) }}
{% endmacro %}
