{#- Returns the type of a 64-bit float. dbt.type_float() is 32 bits wide on DuckDB. -#}
{% macro type_double() %}
    {{- adapter.dispatch('type_double', 'also_bought')() -}}
{% endmacro %}


{% macro default__type_double() -%}
    double precision
{%- endmacro %}


{% macro spark__type_double() -%}
    double
{%- endmacro %}
