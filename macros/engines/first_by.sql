{#- Returns an aggregate: the value of the row that comes first by the columns, ascending. -#}
{% macro first_by(value, columns) %}
    {{- adapter.dispatch('first_by', 'also_bought')(value, columns) -}}
{% endmacro %}


{% macro default__first_by(value, columns) -%}
    (array_agg({{ value }} order by {{ columns | join(', ') }}))[1]
{%- endmacro %}


{% macro duckdb__first_by(value, columns) -%}
    arg_min({{ value }}, row({{ columns | join(', ') }}))
{%- endmacro %}


{% macro spark__first_by(value, columns) -%}
    min_by({{ value }}, struct({{ columns | join(', ') }}))
{%- endmacro %}
