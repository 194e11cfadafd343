{#- Returns the query of some rows that stand in a macro: a list of mappings of column to text, number or boolean.
    A line break in a text, with the blanks around it, is one blank. -#}
{% macro literal_rows(rows) -%}
    {%- for row in rows %}
    select
        {%- for name, value in row.items() %}
        {{ value | string | lower if value is boolean or value is number
            else also_bought.text_literal(modules.re.sub('\\s*\\n\\s*', ' ', value)) }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
