{#- Opens this command's row in the build log, and takes the last result from every node that the command may
    touch. Nobody knows what is in such a table until `record_build_end` gives it another. The macro runs its
    statements itself instead of returning them. After a returned statement that fails dbt goes on, and the
    tables would change under a log that still calls them good. -#}
{% macro record_build_start() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'test', 'retry'] -%}
        {%- do adapter.dispatch('record_build_start', 'also_bought')() -%}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build_start() %}
    {%- do also_bought.create_build_log() -%}
    {%- do also_bought.open_build() -%}
{% endmacro %}

{#- Uses a transaction of its own: of two commands that start at once, the second waits. -#}
{% macro postgres__record_build_start() %}
    {%- do also_bought.create_build_log() -%}
    {%- do run_query('begin') -%}
    {%- do run_query(
        'lock table ' ~ also_bought.build_log_relation('also_bought_builds') ~ ' in share row exclusive mode'
    ) -%}
    {%- do also_bought.open_build() -%}
    {%- do run_query('commit') -%}
{% endmacro %}

{#- Tables of files take no updates, and nothing is published from Spark. -#}
{% macro spark__record_build_start() %}
{% endmacro %}


{% macro create_build_log() %}
    {%- set builds = also_bought.build_log_relation('also_bought_builds') -%}
    {%- do adapter.create_schema(builds) -%}
    {%- do run_query(
        'create table if not exists ' ~ builds ~ ' (
            build_number bigint not null,
            run_id varchar not null,
            command varchar not null,
            package_version varchar not null,
            started_at timestamp not null,
            finished_at timestamp
        )'
    ) -%}
    {#- Mends a log that version 0.1.0 has written. The adapter would open a transaction for the question, and
        dbt take it back with all that follows. -#}
    {%- if run_query(
        "select column_name from information_schema.columns
        where table_schema = '" ~ builds.schema ~ "' and table_name = '" ~ builds.identifier ~ "'
            and column_name = 'is_complete'"
    ).rows -%}
        {%- do run_query('alter table ' ~ builds ~ ' drop column is_complete') -%}
    {%- endif -%}
    {%- do run_query(
        'create table if not exists ' ~ also_bought.build_log_relation('also_bought_nodes') ~ ' (
            node_id varchar not null,
            reads varchar not null,
            is_ephemeral boolean not null,
            is_published boolean not null,
            may_be_empty boolean not null,
            schema_name varchar not null,
            table_name varchar not null,
            primary_key varchar not null,
            looked_up_by varchar not null,
            weakened_by varchar,
            published_group varchar,
            person_keys varchar
        )'
    ) -%}
    {%- for column in ['published_group', 'person_keys'] -%}
        {%- do run_query(
            'alter table ' ~ also_bought.build_log_relation('also_bought_nodes')
            ~ ' add column if not exists ' ~ column ~ ' varchar'
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        'create table if not exists ' ~ also_bought.build_log_relation('also_bought_results') ~ ' (
            node_id varchar not null,
            build_number bigint not null,
            last_build_number bigint,
            status varchar not null,
            seconds double precision
        )'
    ) -%}
    {%- do run_query(
        'create table if not exists ' ~ also_bought.build_log_relation('also_bought_code') ~ ' (
            node_id varchar not null,
            schema_name varchar not null,
            table_name varchar not null,
            is_python boolean not null,
            code varchar,
            restricted varchar not null
        )'
    ) -%}
    {#- A log of before the seconds. -#}
    {%- do run_query('alter table ' ~ also_bought.build_log_relation('also_bought_results')
        ~ ' add column if not exists seconds double precision') -%}
{% endmacro %}


{% macro open_build() %}
    {%- set builds = also_bought.build_log_relation('also_bought_builds') -%}
    {%- set nodes = also_bought.build_log_relation('also_bought_nodes') -%}
    {%- set lineage = also_bought.published_lineage() -%}
    {%- set tests = also_bought.tests_of_lineage(lineage) -%}

    {%- do run_query(
        "insert into " ~ builds ~ " (build_number, run_id, command, package_version, started_at)
        select
            coalesce(max(build_number), 0) + 1,
            '" ~ invocation_id ~ "',
            '" ~ flags.WHICH ~ "',
            '" ~ also_bought.also_bought_version() ~ "',
            timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'
        from " ~ builds
    ) -%}

    {%- set rows = [] -%}
    {%- for node_id in lineage + tests -%}
        {%- set node = graph.nodes[node_id] -%}
        {%- set is_test = node.resource_type == 'test' -%}
        {%- set reads = node.depends_on.nodes | select('in', graph.nodes) | unique | list -%}
        {%- do rows.append('(' ~ [
            dbt.string_literal(node_id),
            dbt.string_literal(tojson(reads)),
            node.config.materialized == 'ephemeral',
            not is_test and 'published' in node.tags,
            node.config.meta.get('may_be_empty') is true,
            also_bought.text_literal(node.schema),
            also_bought.text_literal(node.alias),
            also_bought.text_literal(tojson(node.config.meta.get('primary_key', []))),
            also_bought.text_literal(tojson(node.config.meta.get('looked_up_by', []))),
            also_bought.weakness_of_test(node) if is_test else 'null',
            dbt.string_literal(also_bought.published_group(node)),
            also_bought.text_literal(tojson(also_bought.person_keys(node)))
        ] | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- for test_id in also_bought.tests_switched_off(lineage) -%}
        {%- do rows.append(
            '(' ~ dbt.string_literal(test_id) ~ ", '[]', false, false, false, '', '', '[]', '[]', 'switched off', null, null)"
        ) -%}
    {%- endfor -%}
    {%- do run_query('delete from ' ~ nodes) -%}
    {%- if rows -%}
        {%- do run_query('insert into ' ~ nodes ~ ' values ' ~ rows | join(', ')) -%}
    {%- endif -%}
    {#- In `dbt retry` dbt does not say what is selected; then these are the nodes that have no good
        result. -#}
    {%- do also_bought.begin_nodes(selected_resources) -%}
{% endmacro %}


{#- Takes the earlier results of these nodes from the log. It leaves what a later command has begun
    meanwhile. -#}
{% macro begin_nodes(node_ids) %}
    {%- if node_ids -%}
        {%- set results = also_bought.build_log_relation('also_bought_results') -%}
        {%- set these = also_bought.is_of_nodes(node_ids) -%}
        {%- do run_query(
            "delete from " ~ results ~ "
            where " ~ these ~ " and build_number < " ~ also_bought.this_build_number()
        ) -%}
        {%- do run_query(
            "insert into " ~ results ~ " (node_id, build_number, status)
            select node_id, " ~ also_bought.this_build_number() ~ ", 'begun'
            from " ~ also_bought.build_log_relation('also_bought_nodes') ~ "
            where " ~ these ~ " and node_id not in (select node_id from " ~ results ~ ")"
        ) -%}
    {%- endif -%}
{% endmacro %}


{#- Returns the condition that a row of the log is of one of these nodes. -#}
{% macro is_of_nodes(node_ids) -%}
    node_id in ('{{ node_ids | join("', '") }}')
{%- endmacro %}


{#- Returns the number of this command as a query; null before it is recorded. -#}
{% macro this_build_number() -%}
    (
        select build_number from {{ also_bought.build_log_relation('also_bought_builds') }}
        where run_id = '{{ invocation_id }}'
    )
{%- endmacro %}
