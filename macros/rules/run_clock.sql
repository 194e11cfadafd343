{% macro run_clock() %}
    {{- adapter.dispatch('run_clock', 'also_bought')() -}}
{% endmacro %}


{% macro default__run_clock() %}
    {%- set as_of = also_bought.setting('as_of') -%}
    {%- if as_of is not none -%}
        cast('{{ as_of }} 23:59:59.999999' as {{ dbt.type_timestamp() }})
    {%- else -%}
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }})
    {%- endif -%}
{% endmacro %}
