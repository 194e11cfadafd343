{#- A row as it came, for people: name=value | name=value. Personal columns are hashed, so that a
    rejected line can be shown to anybody who may see orders. -#}
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
