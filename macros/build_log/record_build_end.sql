{#- Gives each node that this command has touched its result, and closes the command's row in the log. -#}
{% macro record_build_end(results) %}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'test', 'retry'] -%}
        {%- do adapter.dispatch('record_build_end', 'also_bought')(results) -%}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build_end(results) %}
    {%- set builds = also_bought.build_log_relation('also_bought_builds') -%}
    {%- set node_results = also_bought.build_log_relation('also_bought_results') -%}
    {%- set this_build = also_bought.this_build_number() -%}

    {#- The row is missing when another package's on-run-start hook failed before ours. -#}
    {%- do also_bought.create_build_log() -%}
    {%- if run_query('select ' ~ this_build ~ ' as build_number').rows[0][0] is none -%}
        {%- do also_bought.record_build_start() -%}
    {%- endif -%}

    {%- set node_ids = {} -%}
    {%- set times = [] -%}
    {%- for result in results -%}
        {%- set status = also_bought.recorded_status(result.status ~ '') -%}
        {%- do node_ids.setdefault(status, []).append(result.node.unique_id) -%}
        {%- do times.append(" when '" ~ result.node.unique_id ~ "' then " ~ result.execution_time | round(3)) -%}
    {%- endfor -%}
    {%- for status, ids in node_ids.items() -%}
        {%- set these = also_bought.is_of_nodes(ids) -%}
        {%- do also_bought.begin_nodes(ids) -%}
        {#- What a later command began meanwhile may have been written by either. -#}
        {%- do run_query(
            "update " ~ node_results ~ " set status = 'written by two'
            where build_number > " ~ this_build ~ " and " ~ these
        ) -%}
        {%- do run_query(
            "update " ~ node_results ~ " set
                status = '" ~ status ~ "',
                seconds = case node_id" ~ times | join ~ " end,
                last_build_number = (select max(build_number) from " ~ builds ~ ")
            where build_number = " ~ this_build ~ " and status = 'begun' and " ~ these
        ) -%}
    {%- endfor -%}
    {%- do also_bought.record_code(results) -%}
    {%- do run_query(
        "update " ~ builds ~ " set finished_at = timestamp '"
        ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'
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


{#- Returns the status of a result in a word of the log. `partial` is good, but of a part of the rows
    only. -#}
{% macro recorded_status(status) %}
    {%- if status not in ['success', 'pass', 'warn', 'no-op'] -%}
        {{ return('skipped' if status == 'skipped' else 'failed') }}
    {%- endif -%}
    {%- for option in ['empty', 'sample', 'event_time_start', 'event_time_end', 'favor_state']
        if invocation_args_dict.get(option) -%}
        {{ return('partial') }}
    {%- endfor -%}
    {{ return('warned' if status == 'warn' else 'good') }}
{% endmacro %}
