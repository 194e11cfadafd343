{% macro read_order_files(path, columns) %}
    {%- if execute and flags.WHICH not in ('compile', 'generate') -%}
        {{ return(adapter.dispatch('read_order_files', 'also_bought')(
            dict(kwargs, path=path, columns=columns)
        )) }}
    {%- endif %}
    select
        {%- for column in columns | list + ['source_row', 'read_problem', 'unreadable_text'] %}
        cast(null as {{ dbt.type_string() }}) as {{ also_bought.quoted_name(column) }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{% endmacro %}


{% macro default__read_order_files(options) %}
    {%- do also_bought.stop(
        'Files are read on DuckDB only, and this is ' ~ adapter.type() ~ '.',
        model.original_file_path,
        'load ' ~ options.path ~ ' into a table, and read that table.'
    ) -%}
{% endmacro %}


{% macro duckdb__read_order_files(options) %}
    {%- set function = 'also_bought_read_order_files' -%}
    {%- if not run_query(
        "select 1 from duckdb_functions() where function_name = '" ~ function ~ "'"
    ).rows -%}
        {%- do also_bought.stop(
            'The plugin that reads files is not loaded.',
            'profiles.yml, target ' ~ target.name,
            'add there   plugins: [{module: also_bought.duckdb_plugin}]'
        ) -%}
    {%- endif -%}
    {%- set answer = fromjson(run_query(
        'select ' ~ function ~ '(' ~ also_bought.text_literal(tojson(options)) ~ ')'
    ).rows[0][0]) -%}
    {%- if answer.error -%}
        {{ exceptions.raise_dependency_error(answer.error) }}
    {%- endif -%}
    {%- for warning in answer.warnings -%}
        {%- do exceptions.warn(warning) -%}
    {%- endfor -%}
    {{ return('select * from read_parquet(' ~ also_bought.text_literal(answer.file) ~ ')') }}
{% endmacro %}
