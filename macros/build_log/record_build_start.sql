{#-
    Opens this command's row in the build log: incomplete, until `record_build_end` says otherwise.
    It runs its statements itself instead of returning them: a returned statement that fails lets
    dbt go on, and the tables would change under a log that still calls the last build complete.
-#}
{% macro record_build_start() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'retry'] -%}
        {%- do adapter.dispatch('record_build_start', 'also_bought')() -%}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build_start() %}
    {%- set builds = also_bought.build_log_relation('also_bought_builds') -%}
    {%- set published_relations = also_bought.build_log_relation('also_bought_published_relations') -%}
    {%- do adapter.create_schema(builds) -%}
    {%- do run_query(
        'create table if not exists ' ~ builds ~ ' (
            build_number bigint not null,
            run_id varchar not null,
            command varchar not null,
            package_version varchar not null,
            started_at timestamp not null,
            finished_at timestamp,
            succeeded_nodes integer,
            warned_nodes integer,
            failed_nodes integer,
            skipped_nodes integer,
            missing_nodes integer,
            is_complete boolean not null,
            incomplete_because varchar
        )'
    ) -%}
    {%- do run_query(
        'create table if not exists ' ~ published_relations ~ ' (
            run_id varchar not null,
            schema_name varchar not null,
            table_name varchar not null,
            may_be_empty boolean not null
        )'
    ) -%}
    {#- Lists of columns, as JSON. A log of an older version gets them here. -#}
    {%- for column in ['primary_key', 'looked_up_by'] -%}
        {%- do run_query(
            'alter table ' ~ published_relations ~ ' add column if not exists ' ~ column ~ ' varchar'
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        "insert into " ~ builds ~ "
            (build_number, run_id, command, package_version, started_at, is_complete)
        select
            coalesce(max(build_number), 0) + 1,
            '" ~ invocation_id ~ "',
            '" ~ flags.WHICH ~ "',
            '" ~ also_bought.also_bought_version() ~ "',
            timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "',
            false
        from " ~ builds ~ "
        having count(*) filter (where run_id = '" ~ invocation_id ~ "') = 0"
    ) -%}
{% endmacro %}

{#- dbt takes back what a hook of Postgres has not committed. -#}
{% macro postgres__record_build_start() %}
    {%- do also_bought.default__record_build_start() -%}
    {%- do run_query('commit') -%}
{% endmacro %}

{#- Tables of files take no updates, and nothing is published from Spark. -#}
{% macro spark__record_build_start() %}
{% endmacro %}
