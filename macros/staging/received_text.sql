{% macro received_text(columns, personal_columns=()) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set text = also_bought.as_text(also_bought.quoted_name(column)) -%}
        {#- A hash would be read back by whoever hashes all addresses. -#}
        {%- set left_out = "case when " ~ text ~ " is not null then '(left out)' end" -%}
        {%- set shown = left_out if column in personal_columns else text -%}
        {%- do parts.append(also_bought.text_literal((' | ' if not loop.first else '') ~ column ~ '=')) -%}
        {%- do parts.append("coalesce(" ~ shown ~ ", '')") -%}
    {%- endfor -%}
    concat({{ parts | join(', ') }})
{%- endmacro %}
