{#- Runs before each run. A Spark server that dies while it makes a table leaves a folder of files that belong
    to no table. It then refuses to make the table, since its folder is not empty. This hook empties the
    folder where the run makes the table anew and it does not exist. It spares the history of metrics, which
    no run can make again. Only a table of Spark's own can empty folders in SQL: as its partitions. -#}
{% macro clear_cut_off_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed', 'retry') -%}
        {%- do adapter.dispatch('clear_cut_off_tables', 'also_bought')() -%}
    {%- endif -%}
{% endmacro %}


{% macro default__clear_cut_off_tables() %}
{% endmacro %}


{% macro spark__clear_cut_off_tables() %}
    {%- set locations = {} -%}
    {%- set folders = [] -%}
    {%- for node in graph.nodes.values()
        if node.unique_id in selected_resources
        and node.package_name == 'also_bought'
        and node.config.materialized in ('table', 'kept_table', 'seed')
        and not load_cached_relation(api.Relation.create(schema=node.schema, identifier=node.alias)) -%}
        {%- if node.schema not in locations -%}
            {%- for row in run_query('describe schema ' ~ node.schema).rows if row[0] == 'Location' -%}
                {%- do locations.update({node.schema: row[1]}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do folders.append(locations[node.schema] ~ '/' ~ node.alias | lower) -%}
    {%- endfor -%}
    {%- if folders -%}
        {%- set cut_off = api.Relation.create(schema=target.schema, identifier='cut_off_tables') -%}
        {%- do adapter.create_schema(cut_off) -%}
        {%- do run_query('drop table if exists ' ~ cut_off) -%}
        {%- do run_query(
            'create table ' ~ cut_off ~ ' (unused int, folder int) using parquet partitioned by (folder)'
        ) -%}
        {%- set partitions = [] -%}
        {%- for folder in folders -%}
            {%- do partitions.append(
                'partition (folder = ' ~ loop.index ~ ") location '" ~ dbt.escape_single_quotes(folder) ~ "'"
            ) -%}
        {%- endfor -%}
        {%- do run_query('alter table ' ~ cut_off ~ ' add ' ~ partitions | join(' ')) -%}
        {%- do run_query('truncate table ' ~ cut_off) -%}
        {%- do run_query('drop table ' ~ cut_off) -%}
    {%- endif -%}
{% endmacro %}
