{% macro received_text(columns, personal_columns=()) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set text = also_bought.as_text(adapter.quote(column)) -%}
        {%- set shown = dbt.hash(text) if column in personal_columns else text -%}
        {%- do parts.append("'" ~ column ~ "='") -%}
        {%- do parts.append("coalesce(" ~ shown ~ ", '')") -%}
        {%- do parts.append("' | '") if not loop.last -%}
    {%- endfor -%}
    concat({{ parts | join(', ') }})
{%- endmacro %}
