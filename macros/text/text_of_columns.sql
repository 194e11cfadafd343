{#- Returns the columns as one text, for hashing and comparing; nulls take part. -#}
{% macro text_of_columns(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append('coalesce(' ~ also_bought.as_text(column) ~ ", '')") -%}
        {%- do parts.append("'|'") if not loop.last -%}
    {%- endfor -%}
    {{ dbt.concat(parts) }}
{%- endmacro %}
