{#- Returns a value that is equal for rows that agree in all of the columns, and for no others. Compare it
    within one query only: it differs between engines. -#}
{% macro fingerprint(columns) %}
    {{- adapter.dispatch('fingerprint', 'also_bought')(columns) -}}
{% endmacro %}


{% macro default__fingerprint(columns) -%}
    {{ dbt.hash(also_bought.text_of_columns(columns)) }}
{%- endmacro %}


{#- Sixty-four bits cost a tenth: two lines of one group would have to collide. -#}
{% macro duckdb__fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
