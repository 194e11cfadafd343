{#- Says what to do about a missing file, before DuckDB says only that it is missing. -#}
{% macro check_data_files() %}
    {{- return(adapter.dispatch('check_data_files')()) -}}
{% endmacro %}


{#- Elsewhere the lines are in a table, and also_bought looks for that. -#}
{% macro default__check_data_files() %}
{% endmacro %}


{% macro duckdb__check_data_files() %}
    {%- if execute and flags.WHICH not in ['compile', 'generate'] -%}
        {%- set folder = env_var('ALSO_BOUGHT_DATA', '') -%}
        {%- for source in graph.sources.values() if source.package_name == project_name -%}
            {%- set file = source.config.meta.external_location.replace('{name}', source.name) -%}
            {%- set found = run_query("from glob('" ~ dbt.escape_single_quotes(file) ~ "')") -%}
            {%- if not found.rows -%}
                {%- do also_bought.stop(
                    ('There is no file ' ~ file if folder else 'ALSO_BOUGHT_DATA is not set') ~ '.',
                    'the source ' ~ source.source_name ~ '.' ~ source.name,
                    'set ALSO_BOUGHT_DATA to the folder of the data; README.md says what it holds.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
