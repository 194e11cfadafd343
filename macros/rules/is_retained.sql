{% macro is_retained(happened_at) %}
    {{- adapter.dispatch('is_retained', 'also_bought')(happened_at) -}}
{% endmacro %}


{% macro default__is_retained(happened_at) -%}
    {%- set days = also_bought.setting('retention_days') -%}
    {%- if days is none -%}
        true
    {%- else -%}
        coalesce({{ happened_at }} >= {{ dbt.dateadd('day', -days, also_bought.run_clock()) }}, true)
    {%- endif -%}
{%- endmacro %}
