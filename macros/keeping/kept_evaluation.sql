{#- Makes a table whose rows say how past cuts did. Where this build judges none of them, the table stays. -#}
{% materialization kept_table, default %}
    {%- if also_bought.evaluation_is_kept() -%}
        {% call noop_statement('main', 'KEPT', 'KEPT') -%}
            -- What was judged at the past cuts is kept.
        {%- endcall %}
        {{ return({'relations': [this]}) }}
    {%- endif -%}
    {%- set whole_table = context.get('materialization_table_' ~ adapter.type(), materialization_table_default) -%}
    {{ return(whole_table()) }}
{% endmaterialization %}


{#- Returns whether this build leaves what the past cuts said as it is. -#}
{% macro evaluation_is_kept() %}
    {{ return(
        also_bought.setting('weekly_evaluation') and also_bought.setting('backtest_cuts') > 0
        and run_query('select count(*) from ' ~ also_bought.relation_of('built_cuts')).columns[0].values()[0] == 1
    ) }}
{% endmacro %}


{#- Returns whether the tables of the last evaluation are all there, and are of what this build would judge. -#}
{% macro evaluation_is_known() %}
    {%- set inputs = ref('also_bought', 'evaluation_inputs') -%}
    {%- if not execute or model.resource_type == 'unit_test' or flags.WHICH not in ('build', 'run', 'retry')
        or flags.FULL_REFRESH -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set kept = also_bought.relation_of('kept_evaluation') -%}
    {%- for node in graph.nodes.values()
        if node.package_name == 'also_bought'
        and (node.config.materialized == 'kept_table' or node.name == 'kept_evaluation')
        and not load_cached_relation(also_bought.relation_of(node.name)) -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(run_query(
        'select 1 from ' ~ kept ~ ' as kept inner join ' ~ inputs ~ ' as inputs on kept.inputs_hash = inputs.inputs_hash'
    ).rows | length > 0) }}
{% endmacro %}


{#- Runs after it is decided which cuts this build makes lists for. If it dies before the past ones are judged,
    the next build keeps nothing. -#}
{% macro forget_kept_evaluation() %}
    {%- if execute and not also_bought.evaluation_is_known() -%}
        {%- set kept = load_cached_relation(also_bought.relation_of('kept_evaluation')) -%}
        {%- if kept -%}
            {%- do adapter.drop_relation(kept) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- Returns a table of ours that no ref can name: who asks for it stands before it. -#}
{% macro relation_of(name) %}
    {%- set node = graph.nodes['model.also_bought.' ~ name] -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}
