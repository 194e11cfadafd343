{#- A value that is the same for rows that agree in all of the columns, and for no others: to compare rows with
    each other within one query. It is not kept, and not the same on every engine. -#}
{% macro fingerprint(columns) %}
    {{- adapter.dispatch('fingerprint', 'also_bought')(columns) -}}
{% endmacro %}


{% macro default__fingerprint(columns) -%}
    {{ dbt.hash(also_bought.text_of_columns(columns)) }}
{%- endmacro %}


{#- Sixty-four bits, a tenth of the cost: two lines of one group would have to collide. -#}
{% macro duckdb__fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
