{#- Closes this command's row in the build log, and lists what a complete build may publish. -#}
{% macro record_build_end(results) %}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'retry'] -%}
        {%- do adapter.dispatch('record_build_end', 'also_bought')(results) -%}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build_end(results) %}
    {#- The row is missing when another package's on-run-start hook failed before ours. -#}
    {%- do also_bought.default__record_build_start() -%}
    {%- set summary = also_bought.build_summary(results) -%}
    {%- set builds = also_bought.build_log_relation('also_bought_builds') -%}

    {%- for node in graph.nodes.values()
        if node.resource_type in ['model', 'seed', 'snapshot'] and 'published' in node.tags -%}
        {%- do run_query(
            "insert into " ~ also_bought.build_log_relation('also_bought_published_relations') ~ "
                (run_id, schema_name, table_name, may_be_empty, primary_key, looked_up_by)
            values (
                '" ~ invocation_id ~ "',
                '" ~ dbt.escape_single_quotes(node.schema) ~ "',
                '" ~ dbt.escape_single_quotes(node.alias) ~ "',
                " ~ (node.config.meta.get('may_be_empty') is true) ~ ",
                '" ~ dbt.escape_single_quotes(tojson(node.config.meta.get('primary_key', []))) ~ "',
                '" ~ dbt.escape_single_quotes(tojson(node.config.meta.get('looked_up_by', []))) ~ "'
            )"
        ) -%}
    {%- endfor -%}

    {#- Last, so that whatever stops this hook earlier leaves an incomplete build. -#}
    {%- do run_query(
        "update " ~ builds ~ " set
            finished_at = timestamp '"
            ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') ~ "',
            succeeded_nodes = " ~ summary.succeeded ~ ",
            warned_nodes = " ~ summary.warned ~ ",
            failed_nodes = " ~ summary.failed ~ ",
            skipped_nodes = " ~ summary.skipped ~ ",
            missing_nodes = " ~ summary.missing ~ ",
            is_complete = " ~ (summary.problems | length == 0) ~ ",
            incomplete_because = nullif('"
            ~ dbt.escape_single_quotes(summary.problems | join('; ')) ~ "', '')
        where run_id = '" ~ invocation_id ~ "'"
    ) -%}
{% endmacro %}

{% macro postgres__record_build_end(results) %}
    {%- do also_bought.default__record_build_end(results) -%}
    {%- do run_query('commit') -%}
{% endmacro %}

{#- See record_build_start. -#}
{% macro spark__record_build_end(results) %}
{% endmacro %}
