{#- Returns two integer keys as one number, by which three tables meet at once. With a condition for each key DuckDB
    added up before it had joined all of them: a row for each buyer of each listed item. -#}
{% macro pair_key(first_key, second_key) -%}
    cast({{ first_key }} as {{ dbt.type_bigint() }}) * 4294967296 + {{ second_key }}
{%- endmacro %}
